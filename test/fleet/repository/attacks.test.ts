import test from 'ava';
import { cp, readFile, rm } from 'node:fs/promises';
import type { ServerResponse } from 'node:http';
import { join } from 'node:path';
import { publish } from '../../../src/fleet/repository/publish.js';
import { nextRoot, refresh } from '../../../src/fleet/repository/refresh.js';
import { rotateKey } from '../../../src/fleet/repository/rotate-key.js';
import { signed } from '../../../src/fleet/repository/advance.js';
import { SigningKey } from '../../../src/fleet/keys/signing-key.js';
import type { ExecutionContext } from 'ava';
import type { Publisher } from '../../../src/fleet/repository/publisher.js';
import { serveFolder, type StaticServer } from '../support/static-server.js';
import { copyFleet, publisherOf, smallBundle, testFleet, toAll } from '../support/test-fleet.js';
import { tufClient, type TufClient } from '../support/tuf-client.js';

// The attacks of the TUF specification, section 1.5.2, against tuf-js with a repository of ours.

interface Scene {
  readonly fleet: Publisher;
  readonly server: StaticServer;
  readonly client: TufClient;
  readonly path: string;
}

/** A fleet with one release, and a client that has seen it. */
async function scene(t: ExecutionContext, now?: () => Date): Promise<Scene> {
  const fleet = await testFleet(t, now ? { now } : {});
  const { path } = await publish(fleet, await smallBundle('one'), { ...toAll, version: '1' });
  const server = await serveFolder(t, fleet.layout.repository);
  const client = await tufClient(t, fleet, server.url);
  if (!now) await client.refresh();
  return { fleet, server, client, path };
}

const metadataFile = (fleet: Publisher, name: string): Promise<Buffer> =>
  readFile(join(fleet.layout.metadata, name));

/** Answers with these bytes wherever the path ends so. */
const serve =
  (files: Record<string, Uint8Array>) =>
  (path: string): Uint8Array | null =>
    files[path] ?? null;

test('arbitrary installation: a bundle that is not the signed one is refused', async (t) => {
  const { server, client, path } = await scene(t);
  server.interfere((asked) => (asked.startsWith('targets/') ? Buffer.alloc(10, 'x') : null));
  await t.throwsAsync(client.download(path), { message: /Expected length/ });
});

test('wrong length: a bundle of the same length with one other byte is refused', async (t) => {
  const { server, client, path } = await scene(t);
  const honest = await client.download(path);
  const changed = Buffer.from(honest);
  changed[changed.length >> 1]! ^= 1;
  server.interfere((asked) => (asked.startsWith('targets/') ? changed : null));
  await t.throwsAsync(client.download(path), { message: /Expected hash/ });
});

test('endless data: a bundle, and metadata, that never end are cut off', async (t) => {
  const { server, client, path } = await scene(t);
  let sent = 0;
  const endless = (asked: string, wanted: RegExp): ((response: ServerResponse) => void) | null =>
    wanted.test(asked)
      ? (response) => {
          const more = (): void => {
            if (response.destroyed) return;
            sent += 65_536;
            if (response.write(Buffer.alloc(65_536, 'x'))) setImmediate(more);
            else response.once('drain', more);
          };
          more();
        }
      : null;
  for (const wanted of [/^targets\//, /timestamp\.json$/, /root\.json$/]) {
    sent = 0;
    server.interfere((asked) => endless(asked, wanted));
    await t.throwsAsync(client.download(path), { message: /Max length/ }, String(wanted));
    t.true(sent < 64 << 20, `${sent}`);
  }
});

test('rollback: an older timestamp, signed by the right key, is refused', async (t) => {
  const { fleet, server, client } = await scene(t);
  const old = await metadataFile(fleet, 'timestamp.json');
  await refresh(fleet);
  await client.refresh();
  server.interfere(serve({ 'metadata/timestamp.json': old }));
  await t.throwsAsync(client.refresh(), { message: /timestamp version \d+ is less than current/ });
});

test('rollback: a whole older repository is refused', async (t) => {
  const { fleet, client, path } = await scene(t);
  const before = await copyFleet(t, fleet);
  await publish(fleet, await smallBundle('two'), { ...toAll, version: '2' });
  await client.refresh();
  await rm(fleet.layout.metadata, { recursive: true });
  await cp(before.layout.metadata, fleet.layout.metadata, { recursive: true });
  await t.throwsAsync(client.release(path), { message: /less than current version/ });
});

test('freeze: a timestamp that is not renewed expires, and with it all belief in the rest', async (t) => {
  const begun = Date.now() - 15 * 86_400_000;
  const { client, path } = await scene(t, () => new Date(begun));
  await t.throwsAsync(client.release(path), { message: /timestamp\.json is expired/ });
});

test('mix and match: a snapshot and a timestamp that do not belong together are refused', async (t) => {
  const { fleet, server, client, path } = await scene(t);
  const { snapshot } = await fleet.folder.readState();
  const oldName = `${snapshot.signed.version}.snapshot.json`;
  const old = await metadataFile(fleet, oldName);
  await publish(fleet, await smallBundle('two'), { ...toAll, version: '2' });
  server.interfere(serve({ [`metadata/${snapshot.signed.version + 1}.snapshot.json`]: old }));
  await t.throwsAsync(client.release(path), { message: /Unable to load snapshot|Expected/ });
});

test('mix and match: targets of another snapshot are refused', async (t) => {
  const { fleet, server, client, path } = await scene(t);
  const { targets } = await fleet.folder.readState();
  const old = await metadataFile(fleet, `${targets.signed.version}.targets.json`);
  await publish(fleet, await smallBundle('two'), { ...toAll, version: '2' });
  server.interfere(serve({ [`metadata/${targets.signed.version + 1}.targets.json`]: old }));
  await t.throwsAsync(client.release(path), { message: /Unable to load targets|Expected/ });
});

test('key compromise: one stolen root key of the two it takes makes no root', async (t) => {
  const { fleet, server, client } = await scene(t);
  const state = await fleet.folder.readState();
  const [stolen] = await fleet.rootSigners(state);
  const own = SigningKey.generate();
  const root = nextRoot(fleet, state);
  root.roles['timestamp']!.keyIDs.splice(0, Infinity, own.id);
  root.keys[own.id] = own.public;
  const forged = Buffer.from(JSON.stringify(signed(root, [stolen!, own]).toJSON()));
  server.interfere(serve({ 'metadata/2.root.json': forged }));
  await t.throwsAsync(client.refresh(), { message: /root was signed by 1\/2 keys/ });
});

test('key compromise: two stolen root keys do; that is what the threshold says', async (t) => {
  const { fleet, server, client } = await scene(t);
  const state = await fleet.folder.readState();
  const forged = signed(nextRoot(fleet, state), await fleet.rootSigners(state));
  server.interfere(serve({ 'metadata/2.root.json': Buffer.from(JSON.stringify(forged.toJSON())) }));
  await t.notThrowsAsync(client.refresh());
});

for (const role of ['timestamp', 'snapshot', 'targets'] as const) {
  test(`key compromise: after its rotation, whoever stole the ${role} key signs for nobody`, async (t) => {
    const { fleet, client, path } = await scene(t);
    const thief = await copyFleet(t, fleet);
    await rotateKey(fleet, role);
    await client.refresh();
    // the thief goes far ahead with the keys it has, so that no version is lower
    for (let i = 0; i < 5; i++)
      await publish(thief, await smallBundle(`evil ${i}`), { ...toAll, version: `e${i}` });
    await cp(thief.layout.metadata, fleet.layout.metadata, { recursive: true });
    await t.throwsAsync(client.release(path), { message: /signed by 0\/1 keys|Unable to load/ });
  });
}

test('an extraneous target that nobody signed is not there', async (t) => {
  const { client } = await scene(t);
  t.is(await client.release('nano-int8/2.tar.br'), null);
});

test('slow retrieval and cuts: what was cut in the middle is refused, and comes whole the next time', async (t) => {
  const { server, client, path } = await scene(t);
  server.interfere((asked) =>
    asked.startsWith('targets/')
      ? (response) => {
          response.writeHead(200, { 'content-length': '5000' });
          response.write(Buffer.alloc(100), () => response.destroy());
        }
      : null,
  );
  await t.throwsAsync(client.download(path));
  server.interfere(null);
  t.true((await client.download(path)).length > 1000);
});

test('a client that was away for many roots follows them all', async (t) => {
  const { fleet, client, path } = await scene(t);
  for (const name of ['root-1', 'root-2', 'root-3', 'timestamp', 'root-1']) await rotateKey(fleet, name);
  t.truthy(await client.release(path));
  t.true((await readFile(join(client.metadataDir, 'root.json'), 'utf8')).includes('"version":6'));
});

test('expired root: a fleet whose root nobody renewed is believed no more', async (t) => {
  const begun = new Date(Date.now() - 3 * 365 * 86_400_000);
  const fleet = await testFleet(t, { now: () => begun });
  await refresh(publisherOf(fleet.dir)); // timestamp and snapshot are fresh
  const { url } = await serveFolder(t, fleet.layout.repository);
  const client = await tufClient(t, fleet, url);
  await t.throwsAsync(client.refresh(), { message: /root\.json is expired/ });
});
