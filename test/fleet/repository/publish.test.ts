import test from 'ava';
import { readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { loadBundle } from '../../../src/fleet/bundle/read.js';
import { initFleet } from '../../../src/fleet/repository/init.js';
import { publish } from '../../../src/fleet/repository/publish.js';
import { refresh, refreshRoot } from '../../../src/fleet/repository/refresh.js';
import { releasesOf } from '../../../src/fleet/repository/releases.js';
import { rollback } from '../../../src/fleet/repository/rollback.js';
import { rotateKey } from '../../../src/fleet/repository/rotate-key.js';
import { serveFolder } from '../support/static-server.js';
import { copyFleet, publisherOf, smallBundle, testFleet, toAll } from '../support/test-fleet.js';
import { tufClient } from '../support/tuf-client.js';

test('what is published arrives at a client, whole', async (t) => {
  const fleet = await testFleet(t);
  const files = await smallBundle('one');
  const release = await publish(fleet, files, { ...toAll, percent: 25, channel: 'canary' });
  const { url } = await serveFolder(t, fleet.layout.repository);
  const client = await tufClient(t, fleet, url);
  const seen = await client.release(release.path);
  t.like(seen, { model: 'nano-int8', channel: 'canary', percent: 25, release: 2 });
  const arrived = await loadBundle(Readable.from([await client.download(release.path)]));
  t.deepEqual([...arrived.keys()].sort(), [...files.keys()].sort());
  t.deepEqual(arrived.get('search.onnx'), Buffer.from(files.get('search.onnx')!));
});

test('an empty fleet is one that clients accept', async (t) => {
  const fleet = await testFleet(t);
  const { url } = await serveFolder(t, fleet.layout.repository);
  const client = await tufClient(t, fleet, url);
  await t.notThrowsAsync(client.refresh());
  t.is(await client.release('nano/1.tar.br'), null);
});

test('the timestamp says when it was signed, from the first on', async (t) => {
  const [begun, later] = [new Date('2027-02-20T08:00:00Z'), new Date('2027-02-27T08:00:00Z')];
  let now = begun;
  const fleet = await testFleet(t, { now: () => now });
  const issued = async (): Promise<unknown> => {
    const text = await readFile(join(fleet.layout.metadata, 'timestamp.json'), 'utf8');
    return (JSON.parse(text) as { signed: Record<string, unknown> }).signed['x-tagalong-issued'];
  };
  t.is(await issued(), begun.toISOString());
  now = later;
  await refresh(fleet);
  t.is(await issued(), later.toISOString());
});

test('the same model again only changes who is to have it', async (t) => {
  const fleet = await testFleet(t);
  const files = await smallBundle('one');
  const canary = await publish(fleet, files, { ...toAll, channel: 'canary' });
  const stable = await publish(fleet, files, toAll);
  t.is(canary.version, stable.version);
  t.is(canary.sha256, stable.sha256);
  t.true(stable.release > canary.release);
  t.deepEqual(releasesOf(await fleet.folder.readState()), [stable]);
});

test('a version with other contents is refused', async (t) => {
  const fleet = await testFleet(t);
  await publish(fleet, await smallBundle('one'), { ...toAll, version: '1.0' });
  await t.throwsAsync(publish(fleet, await smallBundle('two'), { ...toAll, version: '1.0' }), {
    name: 'FleetError',
    message:
      '"nano-int8/1.0.tar.br" is published already with other contents; give another version with --as',
  });
});

test('rolled back, the release is gone and the one before it is the newest; the number is not used again', async (t) => {
  const fleet = await testFleet(t);
  const one = await publish(fleet, await smallBundle('one'), { ...toAll, version: '1' });
  const two = await publish(fleet, await smallBundle('two'), { ...toAll, version: '2' });
  const { url } = await serveFolder(t, fleet.layout.repository);
  const client = await tufClient(t, fleet, url);
  t.truthy(await client.release(two.path));
  const { withdrawn, next } = await rollback(fleet, { model: 'nano-int8' });
  t.deepEqual([withdrawn.version, next.version], ['2', '1']);
  t.is(await client.release(two.path), null);
  t.like(await client.release(one.path), { release: one.release });
  const three = await publish(fleet, await smallBundle('three'), { ...toAll, version: '3' });
  t.true(three.release > two.release);
});

test('without a release to go back to there is no rollback', async (t) => {
  const fleet = await testFleet(t);
  await t.throwsAsync(rollback(fleet, { model: 'nano-int8' }), { message: /nothing of it is published/ });
  await publish(fleet, await smallBundle('one'), { ...toAll, version: '1' });
  await t.throwsAsync(rollback(fleet, { model: 'nano-int8' }), { message: /1 is the only one/ });
  await t.throwsAsync(rollback(fleet, { model: 'nano-int8', channel: 'canary' }), {
    message: /nothing of it is published on canary/,
  });
});

test('a stable release is not rolled back to one that only canaries have', async (t) => {
  const fleet = await testFleet(t);
  await publish(fleet, await smallBundle('one'), { ...toAll, version: '1', channel: 'canary' });
  await publish(fleet, await smallBundle('two'), { ...toAll, version: '2' });
  await t.throwsAsync(rollback(fleet, { model: 'nano-int8', channel: 'stable' }), { message: /only one/ });
});

test('a refresh puts the expiry off, with the keys of snapshot and timestamp alone', async (t) => {
  const fleet = await testFleet(t, { now: () => new Date('2030-01-01T00:00:00Z') });
  const later = publisherOf(fleet.dir, { now: () => new Date('2030-01-10T00:00:00Z') });
  const before = await fleet.folder.readState();
  const after = await refresh(later);
  t.is(before.timestamp.signed.expires, '2030-01-15T00:00:00Z');
  t.is(after.timestamp.signed.expires, '2030-01-24T00:00:00Z');
  t.is(after.targets.signed.version, 1);
});

test('a refresh late in the year signs the targets too', async (t) => {
  const fleet = await testFleet(t, { now: () => new Date('2030-01-01T00:00:00Z') });
  const state = await refresh(publisherOf(fleet.dir, { now: () => new Date('2030-09-01T00:00:00Z') }));
  t.is(state.targets.signed.version, 2);
  t.is(state.targets.signed.expires, '2031-09-01T00:00:00Z');
});

for (const name of ['timestamp', 'snapshot', 'targets', 'root-2']) {
  test(`after rotating ${name} an old client goes along, and the old key counts no more`, async (t) => {
    const fleet = await testFleet(t);
    const { url } = await serveFolder(t, fleet.layout.repository);
    const client = await tufClient(t, fleet, url);
    await client.refresh();
    const thief = await copyFleet(t, fleet); // has all keys as they were
    const rotated = await rotateKey(fleet, name);
    t.not(rotated.oldId, rotated.newId);
    await client.refresh();
    const { root } = await fleet.folder.readState();
    t.is(root.signed.version, 2);
    t.false(JSON.stringify(root.signed.toJSON()).includes(rotated.oldId));
    t.true((await readFile(join(client.metadataDir, 'root.json'), 'utf8')).includes('"version":2'));
    // the fleet works on
    const release = await publish(fleet, await smallBundle('one'), toAll);
    t.truthy(await client.release(release.path));
    // the thief does not
    await t.throwsAsync(async () => thief.keys.open(name, [rotated.newId]), { name: 'FleetError' });
  });
}

test('root signed anew counts for old clients, and expires later', async (t) => {
  const fleet = await testFleet(t);
  const { url } = await serveFolder(t, fleet.layout.repository);
  const client = await tufClient(t, fleet, url);
  await client.refresh();
  t.is((await refreshRoot(fleet)).signed.version, 2);
  await t.notThrowsAsync(client.refresh());
});

test('with fewer root keys than it takes nothing is rotated, and nothing changes', async (t) => {
  const fleet = await testFleet(t);
  for (const number of [1, 2]) await rm(join(fleet.layout.rootKeys, `root-${number}.key.json`));
  const before = await readdir(fleet.layout.metadata);
  await t.throwsAsync(rotateKey(fleet, 'targets'), { message: /root keys: 1 of the 2 it takes/ });
  t.deepEqual(await readdir(fleet.layout.metadata), before);
});

test('one lost root key of three is replaced by the two others', async (t) => {
  const fleet = await testFleet(t);
  await rm(join(fleet.layout.rootKeys, 'root-1.key.json'));
  await rotateKey(fleet, 'root-1');
  await rm(join(fleet.layout.rootKeys, 'root-2.key.json'));
  await t.notThrowsAsync(rotateKey(fleet, 'timestamp')); // by root-1, the new one, and root-3
});

test('a folder is made a fleet once', async (t) => {
  const fleet = await testFleet(t);
  await t.throwsAsync(initFleet(fleet, { rootKeys: 3, threshold: 2 }), { message: /holds a fleet already/ });
});

test('a threshold above the number of keys is refused', async (t) => {
  const fleet = publisherOf('/nowhere');
  await t.throwsAsync(initFleet(fleet, { rootKeys: 2, threshold: 3 }), {
    name: 'UsageError',
    message: '--threshold "3": must be 1 to the number of root keys, 2',
  });
});

test('a repository that somebody changed is not published into', async (t) => {
  const fleet = await testFleet(t);
  const path = join(fleet.layout.metadata, 'timestamp.json');
  await writeFile(path, (await readFile(path, 'utf8')).replace('"version":1', '"version":7'));
  await t.throwsAsync(publish(fleet, await smallBundle('one'), toAll), {
    message: /timestamp in .* is not signed by those who may/,
  });
});
