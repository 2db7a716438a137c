import test from 'ava';
import { resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { PushMessage, PushResult } from '../../../src/fleet/push/messages.js';
import { pushToMany } from '../../../src/fleet/push/push-many.js';
import { repositoryArchive } from '../../../src/fleet/push/repository-archive.js';
import { pushBySsh } from '../../../src/fleet/push/ssh-push.js';
import { publish } from '../../../src/fleet/repository/publish.js';
import { openSshDevice } from '../support/ssh-device.js';
import { smallBundle, testFleet, toAll } from '../support/test-fleet.js';

const receiver = (...args: string[]): string =>
  [process.execPath, resolve('dist/test/fleet/support/stand-in-receiver.js'), ...args].join(' ');

test('over a real sshd the archive arrives whole, and what the device says comes back', async (t) => {
  const device = await openSshDevice(t);
  if (!device) return;
  const fleet = await testFleet(t);
  const release = await publish(fleet, await smallBundle('one'), { ...toAll, version: '1' });
  const { archive } = await repositoryArchive(fleet.dir, fleet.folder, 'nano-int8');
  const messages: PushMessage[] = [];
  const result = await pushBySsh('127.0.0.1', archive, {
    ssh: device.ssh,
    remoteCommand: receiver('--greeting'),
    onMessage: (message) => messages.push(message),
  });
  t.is(result.result, 'installed');
  t.is(result.reason, `5 files, among them targets/nano-int8/${release.sha256}.1.tar.br`);
  t.like(messages[0], { kind: 'progress', phase: 'checking' });
});

test('what goes wrong on the way is told in its own words', async (t) => {
  const device = await openSshDevice(t);
  if (!device) return;
  const push = (ssh: readonly string[], remoteCommand: string): Promise<PushResult> =>
    pushBySsh('127.0.0.1', Buffer.alloc(1 << 20), { ssh, remoteCommand, onMessage: () => undefined });
  await t.throwsAsync(push(device.ssh, 'no-such-agent receive'), { message: /not found/ });
  await t.throwsAsync(push(device.ssh, 'exit 3'), { message: /ssh ended with 3/ });
  await t.throwsAsync(push(['ssh', '-F', 'none', '-p', '1', '-o', 'BatchMode=yes'], 'true'), {
    message: /refused/,
  });
  await t.throwsAsync(push(['no-such-ssh'], 'true'), { message: /no-such-ssh/ });
});

test('a host that looks like an option is none', async (t) => {
  const push = pushBySsh('-oProxyCommand=evil', Buffer.alloc(0), { onMessage: () => undefined });
  await t.throwsAsync(push, { name: 'FleetError', message: /must not begin with "-"/ });
});

const good: PushResult = { kind: 'result', result: 'installed', model: 'nano', version: '1', reason: '' };

test('the canary comes first, and the rest only when it is well', async (t) => {
  const order: string[] = [];
  const push = (host: string): Promise<PushResult> => {
    order.push(host);
    return Promise.resolve(good);
  };
  await pushToMany(['a', 'b', 'c'], push, { canary: 1, parallel: 8 });
  t.deepEqual(order, ['a', 'b', 'c']);
  const refuse = (): Promise<PushResult> => Promise.resolve({ ...good, result: 'refused' as const });
  const outcomes = await pushToMany(['a', 'b', 'c'], refuse, { canary: 1, parallel: 8 });
  t.deepEqual(
    outcomes.map(({ kind }) => kind),
    ['done', 'not-tried', 'not-tried'],
  );
});

test('after a failure nobody new is begun, and those under way are finished', async (t) => {
  const push = async (host: string): Promise<PushResult> => {
    if (host === 'a') throw new Error('no route');
    await sleep(20);
    return good;
  };
  const outcomes = await pushToMany(['a', 'b', 'c', 'd'], push, { canary: 0, parallel: 2 });
  t.deepEqual(
    outcomes.map(({ kind }) => kind),
    ['failed', 'done', 'not-tried', 'not-tried'],
  );
});

test('what is pushed goes down to the first release that concerns everybody', async (t) => {
  const fleet = await testFleet(t);
  for (const [version, percent] of [
    ['1', 100],
    ['2', 100],
    ['3', 10],
  ] as const) {
    await publish(fleet, await smallBundle(version), { ...toAll, version, percent });
  }
  const { releases } = await repositoryArchive(fleet.dir, fleet.folder, 'nano-int8');
  t.deepEqual(
    releases.map(({ version }) => version),
    ['3', '2'],
  );
  await t.throwsAsync(repositoryArchive(fleet.dir, fleet.folder, 'other'), {
    message: /push "other": nothing of it is published/,
  });
});
