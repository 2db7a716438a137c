import { once } from 'node:events';
import { createSocket } from 'node:dgram';
import test from 'ava';
import { minimal } from 'mavlink-mappings';
import { loadConfig } from '../../../src/runtime/config/load-config.js';
import { checkMavlink } from '../../../src/runtime/doctor/checks/mavlink.js';
import type { Finding } from '../../../src/runtime/doctor/finding.js';
import { message } from '../../../src/runtime/mavlink/message.js';
import { freeUdpPort, UdpPeer } from '../mavlink/support/udp-peer.js';

async function examine(mavlink: object | null): Promise<readonly Finding[]> {
  const setting = (path: string[], value: unknown) => ({ path, value, origin: { text: 'test' } });
  const source = setting(['source', 'uri'], 'sim://');
  const own = Object.entries(mavlink ?? {}).map(([key, value]) => setting(['mavlink', key], value));
  const { config } = await loadConfig({ flags: [source, ...own] });
  const { signal } = new AbortController();
  return checkMavlink.examine({ config, defaultModel: '', signal, root: '/', environment: {} });
}

test('mavlink: nothing configured is no fault', async (t) => {
  t.deepEqual(await examine(null), [
    { about: 'mavlink', level: 'note', text: 'no MAVLink link is configured' },
  ]);
});

test('mavlink: a link that hears an autopilot is well', async (t) => {
  const port = await freeUdpPort();
  await using autopilot = await UdpPeer.open({ to: port, sysid: 3, compid: 1 });
  const timer = setInterval(() => {
    const { MavType, MavAutopilot } = minimal;
    autopilot.send(message(minimal.Heartbeat, { type: MavType.QUADROTOR, autopilot: MavAutopilot.PX4 }));
  }, 50);
  const found = await examine({ links: [{ url: `udpin://127.0.0.1:${port}` }] });
  clearInterval(timer);
  t.deepEqual(
    found.map(({ level }) => level),
    ['ok', 'ok'],
  );
  t.is(found[1]?.text, 'we are part of system 3');
  t.deepEqual(autopilot.heard, [], 'it says nothing');
});

test('mavlink: a port that is taken and a silent line are told, each with what to do', async (t) => {
  const taken = createSocket('udp4');
  taken.bind(0, '127.0.0.1');
  await once(taken, 'listening');
  const found = await examine({
    links: [
      { url: `udpin://127.0.0.1:${taken.address().port}` },
      { url: `udpin://127.0.0.1:${await freeUdpPort()}` },
    ],
  });
  taken.close();
  t.deepEqual(
    found.map(({ level }) => level),
    ['problem', 'warning', 'warning'],
  );
  t.regex(found[0]!.text, /another program uses this port/);
  t.true(found.every(({ fix }) => fix !== undefined));
});
