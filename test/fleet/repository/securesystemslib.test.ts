import test, { type ExecutionContext } from 'ava';
import { execFile, execFileSync } from 'node:child_process';
import { cp, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { publish } from '../../../src/fleet/repository/publish.js';
import type { Publisher } from '../../../src/fleet/repository/publisher.js';
import { rotateKey } from '../../../src/fleet/repository/rotate-key.js';
import { copyFleet, publisherOf, smallBundle, testFleet, toAll } from '../support/test-fleet.js';

/** Debian's: its own modules lie there. */
const python = '/usr/bin/python3';
const client = 'test/fleet/support/tuf_client.py';
const run = promisify(execFile);

function missing(t: ExecutionContext): boolean {
  try {
    execFileSync(python, ['-c', 'import securesystemslib.keys'], { stdio: 'ignore' });
    return false;
  } catch {
    t.log('skipped: no python3-securesystemslib');
    t.pass();
    return true;
  }
}

const read = async ({ layout }: Publisher, path: string): Promise<unknown> =>
  JSON.parse((await run(python, [client, layout.repository, path])).stdout);

test('python reads what was published: signatures, canonical JSON and hashes are not just our own idea of them', async (t) => {
  if (missing(t)) return;
  const fleet = await testFleet(t);
  const release = await publish(fleet, await smallBundle('one'), {
    ...toAll,
    percent: 33,
    devices: ['drone-1', 'drone-2'],
  });
  t.like(await read(fleet, release.path), { model: 'nano-int8', percent: 33, release: 2 });
  for (const name of ['root-2', 'targets', 'timestamp']) await rotateKey(fleet, name);
  t.like(await read(fleet, release.path), { model: 'nano-int8' });
});

test('python refuses what was changed, and what has expired', async (t) => {
  if (missing(t)) return;
  const fleet = await testFleet(t);
  const one = await publish(fleet, await smallBundle('one'), { ...toAll, version: '1' });
  const thief = await copyFleet(t, fleet);
  await rotateKey(fleet, 'targets');
  await publish(thief, await smallBundle('evil'), { ...toAll, version: 'evil' });
  await cp(join(fleet.layout.metadata, '2.root.json'), join(thief.layout.metadata, '2.root.json'));
  await t.throwsAsync(read(thief, one.path), { message: /signed by 0 of 1/ });
  const { targets } = await fleet.folder.readState();
  await writeFile(join(fleet.layout.metadata, `${targets.signed.version}.targets.json`), '{}');
  await t.throwsAsync(read(fleet, one.path), { message: /length or hash/ });
  const stale = await testFleet(t, { now: () => new Date(Date.now() - 20 * 86_400_000) });
  await t.throwsAsync(read(publisherOf(stale.dir), one.path), { message: /timestamp is expired/ });
});
