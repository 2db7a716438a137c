import { generateKeyPairSync, type KeyObject } from 'node:crypto';
import { once } from 'node:events';
import { cp, mkdir, readdir, stat, truncate, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import test, { type ExecutionContext } from 'ava';
import { askAgent } from '../../../src/cli/agent/local-client.js';
import { modelBundle } from '../../../src/cli/fleet/model-bundle.js';
import { localPaths } from '../../../src/fleet/agent/push/agent-server.js';
import { pushByHttp } from '../../../src/fleet/push/send-http.js';
import { repositoryArchive } from '../../../src/fleet/push/repository-archive.js';
import type { DeviceReport } from '../../../src/fleet/report.js';
import type { PushResult } from '../../../src/fleet/push/messages.js';
import { publish } from '../../../src/fleet/repository/publish.js';
import type { Publisher } from '../../../src/fleet/repository/publisher.js';
import { rollback } from '../../../src/fleet/repository/rollback.js';
import { serveFolder } from '../../fleet/support/static-server.js';
import { smallBundle, temporaryFolder, testFleet, toAll } from '../../fleet/support/test-fleet.js';
import { startTagalong, tagalong } from '../../support/command-line.js';

/** Release 1 is not for this device and release 2 is the model that ships; the stick has heard of the first alone. */
async function fleetWithTwo(t: ExecutionContext) {
  const fleet = await testFleet(t);
  const stick = join(await temporaryFolder(t), 'repository');
  const refill = () => cp(fleet.layout.repository, stick, { recursive: true, force: true });
  await publish(fleet, await small('1'), { ...toAll, version: '1', deviceTypes: ['jetson-orin-nano'] });
  await refill();
  await publish(fleet, await modelBundle('models/nano'), { ...toAll, version: '2' });
  return { fleet, stick, refill };
}

test('a device takes a model from a web server and from a stick, refuses what it must, goes back, and is pushed to over HTTP', async (t) => {
  const { fleet, stick, refill } = await fleetWithTwo(t);
  const { url } = await serveFolder(t, fleet.layout.repository);
  const online = await configure(t, fleet, { repository: url, root: true });
  const updated = await tagalong('agent', 'update', '--config', online.file);
  t.is(updated.code, 0, updated.stderr);
  t.like(JSON.parse(updated.stdout), { kind: 'result', result: 'installed', model: 'nano', version: '2' });
  t.deepEqual((await readdir(join(online.state, 'models/current/'))).sort(), [
    ...['LICENSE', 'card.md', 'contract.json', 'golden.json', 'provenance.json'],
    ...['search.onnx', 'slot.json', 'template.onnx'],
  ]);

  const config = await configure(t, fleet, { repository: `file://${stick}`, listen: true });
  const enrolled = await tagalong(
    ...['agent', 'enroll', '--config', config.file, '--push-key', fleet.layout.pushPublicKey],
    ...['--root', join(fleet.layout.metadata, '1.root.json')],
  );
  t.is(enrolled.code, 0, enrolled.stderr);
  const agent = await startAgent(t, config);

  const notForIt = 'nano 1 is for jetson-orin-nano, this device is generic';
  t.like(await agent.update(), { result: 'refused', reason: notForIt });
  t.like(await agent.status(), { active: { version: 'factory' } });

  await refill();
  t.like(await agent.update(), { result: 'installed', version: '2' });
  t.like(await agent.status(), { active: { version: '2', slot: 'b' }, health: 'trial' });
  t.like(await agent.rollBack(), {
    active: { version: 'factory', slot: 'a' },
    lastResult: { kind: 'rolled-back', version: '2' },
  });
  t.like(await agent.update(), { result: 'refused', version: '2' });

  const third = await publish(fleet, await small('3'), { ...toAll, version: '3' });
  await refill();
  await damage(join(stick, 'targets/nano', `${third.sha256}.3.tar.br`));
  const { result, reason } = await agent.update();
  t.is(result, 'failed');
  t.regex(reason, /is not the file that was signed for/);
  t.like(await agent.status(), { active: { version: 'factory' } });

  await rollback(fleet, { model: 'nano' }); // and so release 2 is the newest again
  const { archive } = await repositoryArchive(fleet.dir, fleet.folder, 'nano');
  const push = (key: KeyObject, what = archive): Promise<PushResult> =>
    pushByHttp(agent.url, what, { key, onMessage: () => undefined });
  await t.throwsAsync(push(generateKeyPairSync('ed25519').privateKey), {
    name: 'FleetError',
    message: /403 not signed by an enrolled key/,
  });
  const strangers = await testFleet(t);
  await publish(strangers, await small('theirs'), toAll);
  const theirs = await repositoryArchive(strangers.dir, strangers.folder, 'nano');
  const { privateKey } = await fleet.keys.open('push', await fleet.keys.has('push'));
  t.regex((await push(privateKey, theirs.archive)).reason, /not signed by enough of the keys/);
  t.like(await agent.status(), { active: { version: 'factory' } });

  await agent.forgive();
  const passphrase = { TAGALONG_FLEET_PASSPHRASE: 'correct horse' };
  const pushed = startTagalong(['push', 'nano', agent.url, '--fleet', fleet.dir], passphrase);
  const { code, stdout, stderr } = await pushed.ended;
  t.is(code, 0, stderr);
  t.regex(stdout, /installed +2/);
  t.like(await agent.status(), { active: { version: '2', slot: 'b' }, health: 'trial' });
  t.is(await agent.end(), 0);
});

/** A bundle of `nano` of next to nothing: not one that would be proven. */
async function small(mark: string): Promise<Map<string, Uint8Array>> {
  const files = await smallBundle(mark);
  const contract = JSON.parse(Buffer.from(files.get('contract.json')!).toString()) as object;
  const provenance = JSON.parse(Buffer.from(files.get('provenance.json')!).toString()) as object;
  files.set('provenance.json', Buffer.from(JSON.stringify({ ...provenance, model: 'nano' })));
  return files.set('contract.json', Buffer.from(JSON.stringify({ ...contract, name: 'nano' })));
}

async function damage(path: string): Promise<void> {
  const { size } = await stat(path);
  await truncate(path, size - 100);
  await writeFile(path, new Uint8Array(100), { flag: 'a' });
}

interface Configured {
  readonly file: string;
  readonly state: string;
}

async function configure(
  t: ExecutionContext,
  { layout }: Publisher,
  { repository, root, listen }: { repository: string; root?: true; listen?: true },
): Promise<Configured> {
  const folder = await temporaryFolder(t);
  const state = join(folder, 'state');
  await mkdir(state);
  const settings = {
    ...{ device: 'rover-1', repository, state, keepFreeMegabytes: 0 },
    updateBudgetMs: 10_000, // however busy this machine is
    watch: { url: 'http://127.0.0.1:9' }, // no service
    ...(root && { root: join(layout.metadata, '1.root.json') }),
    ...(listen && { listen: { host: '127.0.0.1', port: 0 } }),
  };
  const file = join(folder, 'agent.yaml');
  await writeFile(file, JSON.stringify(settings)); // which is YAML, too
  return { file, state };
}

/** The agent as its unit starts it. */
async function startAgent(t: ExecutionContext, { file, state }: Configured) {
  const { child, ended } = startTagalong(['agent', '--config', file]);
  t.teardown(() => child.kill('SIGKILL'));
  let said = '';
  child.stderr.on('data', (text: string) => (said += text));
  while (!said.includes('agent ready')) {
    if (child.exitCode !== null) throw new Error(said);
    await Promise.race([once(child.stderr, 'data'), delay(1000)]);
  }
  const port = /\bport"?[=:] ?(\d+)/.exec(said)![1]!;
  const ask = async <T>(method: 'GET' | 'POST', path: string): Promise<T> => {
    const pieces: Uint8Array[] = [];
    for await (const piece of (await askAgent(state, { method, path }))!) pieces.push(piece);
    return JSON.parse(Buffer.concat(pieces).toString()) as T;
  };
  return {
    url: `http://127.0.0.1:${port}`,
    status: () => ask<DeviceReport>('GET', localPaths.status),
    update: () => ask<PushResult>('POST', localPaths.update),
    rollBack: () => ask<DeviceReport>('POST', localPaths.rollback),
    forgive: () => ask<DeviceReport>('POST', localPaths.forgive),
    end: async () => {
      child.kill('SIGTERM');
      return (await ended).code;
    },
  };
}
