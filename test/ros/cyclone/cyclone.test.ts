import { setTimeout as delay } from 'node:timers/promises';
import anyTest, { type TestFn } from 'ava';
import { silentLog } from '../../../src/core/ports/log.js';
import { latched, reliable, sensorData, type RosMessage } from '../../../src/ros/backend.js';
import { DdsBackend } from '../../../src/ros/dds/dds-backend.js';
import { domainConfigurations } from '../../../src/ros/dds/domain-configuration.js';
import { rosEnvironment } from '../../../src/ros/environment.js';
import { until } from '../../runtime/mqtt/support/until.js';
import { installedDds, ownDomain } from '../dds/support/needs.js';
import { PeerProcess } from '../support/peer-process.js';
import { buildPeer, missingForPeer } from './cyclone-peer.js';

// CycloneDDS on both sides, but there with the types of its own IDL compiler, in C: nothing of this project's is in it.
const test = anyTest as TestFn<{ program: string }>;
const missing = (await missingForPeer()) ?? (installedDds() ? null : 'CycloneDDS (libddsc) is not installed');
const declare = missing === null ? test.serial : test.serial.skip;
if (missing !== null) test(`skipped: ${missing}`, (t) => void t.pass());

const domainId = ownDomain();
const environment = rosEnvironment({ ROS_DOMAIN_ID: String(domainId), ROS_LOCALHOST_ONLY: '1' });
const backend = new DdsBackend({ environment, graph: 'iron-or-later' });
/** Who is killed is missed after a second. */
const shortLease =
  '<CycloneDDS><Domain><Discovery><LeaseDuration>1s</LeaseDuration></Discovery></Domain></CycloneDDS>';

const kinds = {
  String: 'std_msgs/msg/String',
  RegionOfInterest: 'sensor_msgs/msg/RegionOfInterest',
  Detection2D: 'vision_msgs/msg/Detection2D',
} as const;

test.before(async (t) => {
  t.timeout(120_000);
  if (missing === null) t.context.program = await buildPeer();
});

function openNode() {
  return backend.open({ name: 'tagalong', namespace: '/' }, silentLog);
}

async function openPeer(program: string): Promise<PeerProcess> {
  const uri = `${domainConfigurations(environment)[0]!},${shortLease}`;
  const peer = new PeerProcess(program, [String(domainId)], { CYCLONEDDS_URI: uri });
  await peer.hear(/^(ready)$/);
  return peer;
}

/** A message with nothing but what JSON has. */
function plain(message: RosMessage): unknown {
  return JSON.parse(
    JSON.stringify(message, (_key, value: unknown) => (value instanceof Float64Array ? [...value] : value)),
  );
}

for (const qos of [latched, reliable, sensorData]) {
  const { reliability, durability } = qos;
  declare(
    `what the C API writes is read, and what is written is read by it: ${reliability}, ${durability}`,
    async (t) => {
      t.timeout(120_000);
      await using node = await openNode();
      await using peer = await openPeer(t.context.program);
      for (const [kind, type] of Object.entries(kinds)) {
        const [there, here] = [`there_${kind}`, `here_${kind}`];
        peer.tell(`pub ${there} ${kind} rt/${there} ${reliability} ${durability}`);
        await peer.hear(new RegExp(`^(done) ${there}$`));
        if (qos === latched) peer.tell(`write ${there}`); // before anybody listens
        const heard: RosMessage[] = [];
        const subscription = node.subscribe(type, there, qos, (it) => heard.push(it));
        await until(() => subscription.writers() === 1, `a writer of ${there}`);
        while (heard.length === 0) {
          if (qos !== latched) peer.tell(`write ${there}`);
          await delay(20);
        }
        const wrote: unknown = JSON.parse(await peer.hear(new RegExp(`^wrote ${there} (.*)$`)));
        t.deepEqual(plain(heard[0]!), wrote, kind);

        const publisher = node.advertise(type, here, qos);
        if (qos === latched) t.true(publisher.publish(heard[0]!));
        peer.tell(`sub ${here} ${kind} rt/${here} ${reliability} ${durability}`);
        await until(() => publisher.readers() === 1, `a reader of ${here}`);
        let received: string | null = null;
        while (received === null) {
          if (qos !== latched) publisher.publish(heard[0]!);
          const wait = qos === latched ? new Promise<null>(() => undefined) : delay(50).then(() => null);
          received = await Promise.race([peer.hear(new RegExp(`^heard ${here} (.*)$`)), wait]);
        }
        t.deepEqual(JSON.parse(received), wrote, kind);
      }
    },
  );
}

declare('who asks the C API for what is not offered is told on both sides', async (t) => {
  t.timeout(60_000);
  await using node = await openNode();
  await using peer = await openPeer(t.context.program);
  const boxes = node.advertise(kinds.Detection2D, 'boxes', sensorData);
  const state = node.advertise(kinds.String, 'state', reliable);
  const orders = node.subscribe(kinds.String, 'orders', reliable, () => undefined);
  peer.tell(
    'sub a Detection2D rt/boxes reliable volatile',
    'sub b String rt/state reliable transient-local',
    'pub c String rt/orders best-effort volatile',
  );
  t.is(await peer.hear(/^incompatible a (\d+)$/), '11', 'reliability, as DDS numbers it');
  t.is(await peer.hear(/^incompatible b (\d+)$/), '2', 'durability');
  await until(
    () => [boxes, state, orders].every((it) => it.mismatch().count > 0),
    'the mismatches to be known here',
  );
  t.deepEqual(
    [boxes, state, orders].map((it) => it.mismatch().policy),
    ['reliability', 'durability', 'reliability'],
  );
});

declare('a reader that is killed is missed, and another in its place gets what is latched', async (t) => {
  t.timeout(60_000);
  await using node = await openNode();
  const state = node.advertise(kinds.String, 'tracker/state', latched);
  state.publish({ data: 'tracking' });
  const first = await openPeer(t.context.program);
  first.tell('sub a String rt/tracker/state reliable transient-local');
  t.is(await first.hear(/^heard a (.*)$/), '{"data":"tracking"}');
  await first.kill();
  await until(() => state.readers() === 0, 'the dead reader to be missed');
  state.publish({ data: 'lost' }); // to nobody
  await using second = await openPeer(t.context.program);
  second.tell('sub b String rt/tracker/state reliable transient-local');
  t.is(await second.hear(/^heard b (.*)$/), '{"data":"lost"}');
});
