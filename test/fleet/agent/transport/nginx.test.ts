import { randomBytes } from 'node:crypto';
import { readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import test, { type ExecutionContext } from 'ava';
import type { Agent } from '../../../../src/fleet/agent/agent.js';
import { httpTransport } from '../../../../src/fleet/agent/transport/http-transport.js';
import { publish } from '../../../../src/fleet/repository/publish.js';
import { runTool } from '../../../runtime/mqtt/support/mosquitto.js';
import { needing } from '../../../support/tools.js';
import { Nginx, type NginxOptions, nginxProgram } from '../../support/nginx.js';
import { type LinkState, PoorLink } from '../../support/poor-link.js';
import { smallBundle, temporaryFolder, testFleet, toAll } from '../../support/test-fleet.js';
import { lookAt, openDiskDevice } from '../support/disk-device.js';

const withNginx = needing(test, nginxProgram, 'nginx-light');
const withTls = needing(withNginx, 'openssl');

const { signal } = new AbortController();

/** A repository of one release, its bundle of about 400 kB; and devices that trust it. */
async function prepare(t: ExecutionContext) {
  const fleet = await testFleet(t);
  const files = (await smallBundle('one')).set('notes.bin', randomBytes(400_000));
  const { sha256, path } = await publish(fleet, files, { ...toAll, version: 'one' });
  const bundle = join(fleet.layout.repository, 'targets/nano-int8', `${sha256}.one.tar.br`);
  const firstRoot = await readFile(join(fleet.layout.metadata, '1.root.json'));
  const state = join(await temporaryFolder(t), 'state');
  return {
    ...{ folder: fleet.layout.repository, path, sha256, state },
    length: (await stat(bundle)).size,
    device: (in_ = state): Promise<Agent> => openDiskDevice({ state: in_, firstRoot, model: 'nano-int8' }),
  };
}

async function serve(t: ExecutionContext, folder: string, options: NginxOptions = {}): Promise<Nginx> {
  const server = await Nginx.open(folder, options);
  t.teardown(() => server[Symbol.asyncDispose]());
  return server;
}

/** nginx behind a link. */
async function linked(t: ExecutionContext, folder: string, state: Partial<LinkState>) {
  const link = await PoorLink.open((await serve(t, folder)).port);
  t.teardown(() => link[Symbol.asyncDispose]());
  Object.assign(link.state, state);
  return { link, transport: httpTransport(link.url, { silenceMs: 400 }) };
}

withNginx('a device takes a model from nginx', async (t) => {
  const it = await prepare(t);
  const { url } = await serve(t, it.folder);
  const agent = await it.device();
  t.like(await agent.update(httpTransport(url), { signal }), { result: 'installed', version: 'one' });
  t.like(await lookAt(agent, it.state), { version: 'one', downloads: [] });
});

withTls('over https, the server needs a certificate of an authority that the device knows', async (t) => {
  const it = await prepare(t);
  const dir = await temporaryFolder(t);
  const at = (name: string): string => join(dir, name);
  for (const name of ['own', 'stranger']) {
    const key = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes', '-days', '2'];
    const names = ['-subj', `/CN=${name}`, '-addext', 'subjectAltName=IP:127.0.0.1'];
    runTool('openssl', [
      'req',
      '-x509',
      ...key,
      '-keyout',
      at(`${name}.key`),
      '-out',
      at(`${name}.pem`),
      ...names,
    ]);
  }
  const { url } = await serve(t, it.folder, {
    scheme: 'https',
    config: [`ssl_certificate ${at('own.pem')}; ssl_certificate_key ${at('own.key')};`],
  });
  const agent = await it.device();
  const ca = (name: string): Promise<string> => readFile(at(`${name}.pem`), 'utf8');
  for (const options of [{}, { ca: await ca('stranger') }]) {
    const { result, reason } = await agent.update(httpTransport(url, options), { signal });
    t.is(result, 'failed');
    t.regex(reason, /certificate/);
    t.like(await lookAt(agent, it.state), { version: 'factory', spare: [], downloads: [] });
  }
  const known = httpTransport(url, { ca: await ca('own') });
  t.like(await agent.update(known, { signal }), { result: 'installed', version: 'one' });
});

for (const [way, words] of [
  ['reset', 'cut'],
  ['end', 'closed as if all were said'],
  ['silence', 'left open without another byte'],
] as const) {
  withNginx(
    `a slow link whose every connection is ${words} after 50 kB: nothing comes twice, and nothing is half installed`,
    async (t) => {
      const it = await prepare(t);
      const { link, transport } = await linked(t, it.folder, {
        ...{ bytesPerSecond: 500_000, cutAfter: 50_000, way },
      });
      const agent = await it.device();
      let [attempts, had] = [1, 0];
      for (; (await agent.update(transport, { signal })).result !== 'installed'; attempts += 1) {
        t.like(await lookAt(agent, it.state), { version: 'factory', spare: [], downloads: [it.sha256] });
        const { size } = await stat(join(it.state, 'downloads', it.sha256));
        t.true(size > had && size < it.length, `${size} bytes after ${had}`);
        had = size;
      }
      t.true(attempts > 1, 'one attempt gives up before it is whole');
      t.true(link.cuts >= 8, `${link.cuts} cuts`);
      t.like(await lookAt(agent, it.state), { version: 'one', downloads: [] });
      // metadata are asked for with every attempt; what a reset catches on its way is lost
      const most = it.length * 1.02 + 12_000 * attempts + (way === 'reset' ? 16_384 * link.cuts : 0);
      t.true(link.passed < most, `${link.passed} bytes for a bundle of ${it.length}, ${attempts} attempts`);
    },
  );
}

withNginx('an agent that is ended in a slow download goes on there after its next start', async (t) => {
  const it = await prepare(t);
  const { link, transport } = await linked(t, it.folder, { bytesPerSecond: 200_000 });
  const stop = new AbortController();
  const onProgress = (_phase: string, share: number | null): void => {
    if ((share ?? 0) > 0.3) stop.abort(new Error('the agent is ended'));
  };
  const first = await it.device();
  await t.throwsAsync(first.update(transport, { signal: stop.signal, onProgress }), {
    message: 'the agent is ended',
  });
  first.close();
  const { size } = await stat(join(it.state, 'downloads', it.sha256));
  t.true(size > it.length * 0.2 && size < it.length);
  link.state.bytesPerSecond = Infinity;
  const before = link.passed;
  const second = await it.device();
  t.like(await lookAt(second, it.state), { version: 'factory', spare: [], downloads: [it.sha256] });
  t.like(await second.update(transport, { signal }), { result: 'installed' });
  t.true(link.passed - before < it.length - size + 20_000, `${link.passed - before} bytes more`);
});

withNginx('a link that is cut in the middle of the metadata changes nothing, wherever', async (t) => {
  const it = await prepare(t);
  const { link, transport } = await linked(t, it.folder, {});
  const agent = await it.device();
  for (let cutAfter = 300; cutAfter < 9000; cutAfter += 700) {
    link.state.cutAfter = cutAfter;
    const cuts = link.cuts;
    const { result, reason } = await agent.update(transport, { signal });
    t.true(link.cuts > cuts);
    if (result === 'installed') t.fail(`installed though every connection ends after ${cutAfter} bytes`);
    t.regex(reason, /cut|aborted|ended after/, `after ${cutAfter} bytes`);
    t.like(await lookAt(agent, it.state), { version: 'factory', spare: [] });
  }
  link.state.cutAfter = Infinity;
  t.like(await agent.update(transport, { signal }), { result: 'installed', version: 'one' });
});
