import { setTimeout as delay } from 'node:timers/promises';
import anyTest, { type TestFn } from 'ava';
import { silentLog } from '../../../src/core/ports/log.js';
import { MemoryControl } from '../../../src/core/ports/memory/memory-control.js';
import { rosOptionsSchema } from '../../../src/core/ros/options.js';
import { latched, reliable, sensorData, type RosMessage } from '../../../src/ros/backend.js';
import { DdsBackend } from '../../../src/ros/dds/dds-backend.js';
import { rosEnvironment } from '../../../src/ros/environment.js';
import { openImageSource } from '../../../src/ros/image/open-image-source.js';
import { ddsTypeName, definitionsOf, withRequestHeader } from '../../../src/ros/messages/definitions.js';
import { openRos } from '../../../src/ros/open-ros.js';
import { descriptorMessage, valueMessage } from '../../../src/ros/parameters/parameter-messages.js';
import { serveParameters } from '../../../src/ros/parameters/parameter-services.js';
import { installedDds, ownDomain } from '../dds/support/needs.js';
import { until } from '../../runtime/mqtt/support/until.js';
import { samples } from '../dds/support/samples.js';
import { trackingTrack } from '../../support/tracks.js';
import { nextFrame } from '../image/support/next-frame.js';
import { PeerProcess } from '../support/peer-process.js';
import { buildPeer, missingForPeer } from './fast-peer.js';
import { typedValues } from './typed-values.js';

/** `cdr`: Fast CDR alone, for all tests. */
const test = anyTest as TestFn<{ program: string; cdr: PeerProcess; expected: readonly string[] }>;
const missing = (await missingForPeer()) ?? (installedDds() ? null : 'CycloneDDS (libddsc) is not installed');
const declare = missing === null ? test.serial : test.serial.skip;
if (missing !== null) test(`skipped: ${missing}`, (t) => void t.pass());

const domainId = ownDomain();
const environment = rosEnvironment({ ROS_DOMAIN_ID: String(domainId), ROS_LOCALHOST_ONLY: '1' });
const backend = new DdsBackend({ environment, graph: 'iron-or-later' });

test.before(async (t) => {
  t.timeout(240_000);
  if (missing !== null) return;
  const program = await buildPeer();
  const cdr = new PeerProcess(program, ['cdr']);
  const expected: string[] = [];
  for (const { type, message } of samples) expected.push(await byFastCdr(cdr, type, message));
  Object.assign(t.context, { program, cdr, expected });
});

test.after.always(async (t) => {
  await (t.context as Partial<typeof t.context>).cdr?.kill();
});

function openNode() {
  return backend.open({ name: 'tagalong', namespace: '/' }, silentLog);
}

async function openPeer(program: string): Promise<PeerProcess> {
  const peer = new PeerProcess(program, ['dds', String(domainId)]);
  await peer.hear(/^(ready)$/);
  return peer;
}

/** What Fast CDR makes of a message, in hex. */
function byFastCdr(cdr: PeerProcess, type: string, message: RosMessage, header = false): Promise<string> {
  const definitions = header ? withRequestHeader(definitionsOf(type)) : definitionsOf(type);
  cdr.tell(...typedValues(definitions, message), 'end');
  return cdr.hear(/^([0-9a-f]+)$/);
}

/** Who asks, and which of its questions it is. */
const header = { guid: 0xfeed_beef_0123_4567n, seq: 42n };

/** The rest of a CameraInfo, of which nothing is read. */
const unsaid = {
  ...{ height: 0, width: 0, distortion_model: '', d: new Float64Array(0), k: new Float64Array(9) },
  ...{ r: new Float64Array(9), p: new Float64Array(12), binning_x: 0, binning_y: 0 },
};

let asked = 0;

/**
 * Calls a service as rmw_cyclonedds does, more than once where the first call is lost: only for those that may be called twice.
 * @returns the answer, in hex, with `header.seq` for the number of the question
 */
async function ask(
  peer: PeerProcess,
  cdr: PeerProcess,
  { type, name, request }: { type: string; name: string; request: RosMessage },
): Promise<string> {
  const seq = header.seq + BigInt(asked);
  const id = `${name.replace(/\W/g, '_')}_${asked++}`;
  peer.tell(
    `pub ask_${id} rq/${name}Request ${ddsTypeName(`${type}_Request`)} reliable volatile`,
    `sub told_${id} rr/${name}Reply ${ddsTypeName(`${type}_Response`)} reliable volatile`,
  );
  await peer.hear(new RegExp(`^(matched told_${id} 1)$`));
  const question = await byFastCdr(cdr, `${type}_Request`, { ...header, seq, ...request }, true);
  // encapsulation and the client's number before it; answers to what was asked earlier may come late
  const own = new RegExp(`^heard told_${id} ([0-9a-f]{24}${hexOf(seq)}[0-9a-f]*)$`);
  let answer: string | null = null;
  while (answer === null) {
    peer.tell(`write ask_${id} ${question}`); // the first may be written before the reader is known
    const told = peer.hear(own);
    answer = await Promise.race([told, delay(500).then(() => null)]);
  }
  return answer.replace(hexOf(seq), hexOf(header.seq));
}

function hexOf(seq: bigint): string {
  const bytes = Buffer.alloc(8);
  bytes.writeBigInt64LE(seq);
  return bytes.toString('hex');
}

/** DDS pads to 4 bytes, and says in its header by how much; Fast DDS does not say. */
function unpadded(hex: string): string {
  const padding = Number.parseInt(hex.slice(6, 8), 16) & 3;
  return `${hex.slice(0, 6)}00${hex.slice(8, hex.length - 2 * padding)}`;
}

for (const qos of [latched, reliable, sensorData]) {
  const { reliability, durability } = qos;
  declare(
    `what we publish reaches Fast DDS with Fast CDR's bytes: ${reliability}, ${durability}`,
    async (t) => {
      t.timeout(180_000);
      const { program, expected } = t.context;
      await using node = await openNode();
      await using peer = await openPeer(program);
      for (const [index, { type, message }] of samples.entries()) {
        const topic = `out_${durability.slice(0, 3)}_${reliability.slice(0, 3)}${index}`;
        const publisher = node.advertise(type, topic, qos);
        if (qos === latched) t.true(publisher.publish(message)); // before anybody listens
        peer.tell(`sub ${topic} rt/${topic} ${ddsTypeName(type)} ${reliability} ${durability}`);
        await until(() => publisher.readers() === 1, `a reader of ${topic}`);
        let received: string | null = null;
        while (received === null) {
          if (qos !== latched) publisher.publish(message);
          // best effort may lose one: then the next comes through
          const wait = qos === sensorData ? delay(200).then(() => null) : new Promise<null>(() => undefined);
          received = await Promise.race([peer.hear(new RegExp(`^heard ${topic} ([0-9a-f]+)$`)), wait]);
        }
        t.is(unpadded(received), expected[index]!, `${type} ${index}`);
      }
    },
  );
}

for (const qos of [latched, reliable, sensorData]) {
  const { reliability, durability } = qos;
  declare(`what Fast DDS publishes is understood: ${reliability}, ${durability}`, async (t) => {
    t.timeout(180_000);
    const { program, cdr, expected } = t.context;
    await using node = await openNode();
    await using peer = await openPeer(program);
    for (const [index, { type }] of samples.entries()) {
      const topic = `in_${durability.slice(0, 3)}_${reliability.slice(0, 3)}${index}`;
      const bytes = expected[index]!;
      peer.tell(`pub ${topic} rt/${topic} ${ddsTypeName(type)} ${reliability} ${durability}`);
      await peer.hear(new RegExp(`^(done) ${topic}$`));
      if (qos === latched) peer.tell(`write ${topic} ${bytes}`);
      let heard: (message: RosMessage) => void = () => undefined;
      const first = new Promise<RosMessage>((resolve) => (heard = resolve));
      const subscription = node.subscribe(type, topic, qos, (it) => {
        heard(it);
      });
      await until(() => subscription.writers() === 1, `a writer of ${topic}`);
      let message: RosMessage | null = null;
      while (message === null) {
        if (qos !== latched) peer.tell(`write ${topic} ${bytes}`); // the first may come before it is known who reads
        message = await Promise.race([first, delay(100).then(() => null)]);
      }
      // as long as it is one message, its values written again must be the same bytes
      t.is(await byFastCdr(cdr, type, message), bytes, `${type} ${index}`);
    }
  });
}

declare(
  'a service is called over its two topics, each message led by who asked and which question it is',
  async (t) => {
    t.timeout(120_000);
    const { program, cdr } = t.context;
    await using node = await openNode();
    await using peer = await openPeer(program);
    node.serve('std_srvs/srv/Trigger', 'tracker/stop', () =>
      Promise.resolve({ success: true, message: 'stöpped' }),
    );
    const trigger = { type: 'std_srvs/srv/Trigger', name: 'tracker/stop' };
    const answer = await ask(peer, cdr, {
      ...trigger,
      request: { structure_needs_at_least_one_member: 0 },
    });
    const response = 'std_srvs/srv/Trigger_Response';
    const expected = { ...header, success: true, message: 'stöpped' };
    t.is(unpadded(answer), await byFastCdr(cdr, response, expected, true));
  },
);

declare("a parameter's value is asked for over the two topics of get_parameters", async (t) => {
  t.timeout(120_000);
  const { program, cdr } = t.context;
  await using node = await openNode();
  await using peer = await openPeer(program);
  const fps = { name: 'fps', type: 'double', value: 29.5, description: '', change: null } as const;
  serveParameters(node, { all: () => [fps], set: () => undefined });
  const type = 'rcl_interfaces/srv/GetParameters';
  const request = { names: ['fps', 'nonsense'] };
  const answer = await ask(peer, cdr, { type, name: 'tagalong/get_parameters', request });
  const expected = { ...header, values: [valueMessage(fps), valueMessage(undefined)] };
  t.is(unpadded(answer), await byFastCdr(cdr, `${type}_Response`, expected, true));
});

declare(
  'a lifecycle manager on Fast DDS asks for the state, puts the node to rest and wakes it up',
  async (t) => {
    t.timeout(120_000);
    const { program, cdr } = t.context;
    const options = rosOptionsSchema.parse({});
    await using node = await openRos(backend, options, { control: new MemoryControl(), log: silentLog });
    await using peer = await openPeer(program);
    const type = 'lifecycle_msgs/srv/GetState';
    const stateIs = async (current_state: { id: number; label: string }): Promise<void> => {
      const request = { structure_needs_at_least_one_member: 0 };
      const answer = await ask(peer, cdr, { type, name: 'tagalong/get_state', request });
      const expected = await byFastCdr(cdr, `${type}_Response`, { ...header, current_state }, true);
      t.is(unpadded(answer), expected, current_state.label);
    };
    const change = (id: number, label: string): Promise<string> => {
      const request = { transition: { id, label } };
      return ask(peer, cdr, {
        type: 'lifecycle_msgs/srv/ChangeState',
        name: 'tagalong/change_state',
        request,
      });
    };
    peer.tell(
      `sub roi rt/tracker/roi ${ddsTypeName('sensor_msgs/msg/RegionOfInterest')} best-effort volatile`,
    );
    await peer.hear(/^(matched roi 1)$/);
    const publishing = setInterval(() => {
      node.publish(trackingTrack(1));
    }, 20);
    try {
      await stateIs({ id: 3, label: 'active' });
      await peer.hear(/^heard roi /);
      await change(4, '');
      await stateIs({ id: 2, label: 'inactive' });
      await delay(200);
      while (peer.said.some((line) => line.startsWith('heard roi '))) await peer.hear(/^heard roi /);
      await delay(200);
      t.false(
        peer.said.some((line) => line.startsWith('heard roi ')),
        'nothing is published at rest',
      );
      await change(0, 'activate');
      await stateIs({ id: 3, label: 'active' });
      await peer.hear(/^heard roi /);
    } finally {
      clearInterval(publishing);
    }
    t.pass();
  },
);

declare('a client on Fast DDS sets the target, is told why not, and stops', async (t) => {
  t.timeout(120_000);
  const { program, cdr } = t.context;
  const control = new MemoryControl();
  await using node = await openRos(backend, rosOptionsSchema.parse({}), { control, log: silentLog });
  await using peer = await openPeer(program);
  const type = 'sensor_msgs/srv/SetCameraInfo';
  const setTarget = async (roi: RosMessage, success: boolean, status_message: string): Promise<void> => {
    const camera_info = { header: { stamp: { sec: 0, nanosec: 0 }, frame_id: '' }, ...unsaid, roi };
    const answer = await ask(peer, cdr, { type, name: 'tracker/set_target', request: { camera_info } });
    const expected = { ...header, success, status_message };
    t.is(unpadded(answer), await byFastCdr(cdr, `${type}_Response`, expected, true));
  };
  const place = { x_offset: 300, y_offset: 200, do_rectify: false };
  await setTarget({ ...place, width: 60, height: 40 }, true, '');
  t.deepEqual(control.commands[0]!.command, {
    ...{ kind: 'select', box: { cx: 330, cy: 220, width: 60, height: 40 } },
  });
  const why = 'select: region 4000000000x1 at 300, 200 lies in no image';
  await setTarget({ ...place, width: 4_000_000_000, height: 1 }, false, why);
  const trigger = { type: 'std_srvs/srv/Trigger', name: 'tracker/stop' };
  await ask(peer, cdr, { ...trigger, request: { structure_needs_at_least_one_member: 0 } });
  t.is(control.commands.at(-1)!.command.kind, 'stop');
  t.is(node.fullName, '/tagalong');
});

declare(
  'parameters are listed, described and set by a client on Fast DDS, and it is told what was set',
  async (t) => {
    t.timeout(120_000);
    const { program, cdr } = t.context;
    await using node = await openNode();
    await using peer = await openPeer(program);
    const range = { form: 'number', min: 1, max: 60 } as const;
    const common = { name: 'video.fps', type: 'double', description: 'pictures a second' } as const;
    let fps = 30;
    const all = () => [{ ...common, value: fps, change: range }];
    serveParameters(node, {
      all,
      set: (_name, value) => {
        fps = value as number;
      },
    });
    const call = async (service: string, name: string, request: RosMessage, answer: RosMessage) => {
      const type = `rcl_interfaces/srv/${service}`;
      const told = await ask(peer, cdr, { type, name: `tagalong/${name}`, request });
      t.is(unpadded(told), await byFastCdr(cdr, `${type}_Response`, { ...header, ...answer }, true), name);
    };
    const listed = { result: { names: ['video.fps'], prefixes: ['video'] } };
    await call('ListParameters', 'list_parameters', { prefixes: [], depth: 0n }, listed);
    const descriptors = [descriptorMessage('video.fps', all()[0]), descriptorMessage('none', undefined)];
    await call(
      'DescribeParameters',
      'describe_parameters',
      { names: ['video.fps', 'none'] },
      { descriptors },
    );
    const event = ddsTypeName('rcl_interfaces/msg/ParameterEvent');
    peer.tell(`sub events rt/parameter_events ${event} reliable volatile`);
    await peer.hear(/^(matched events 1)$/);
    const wish = { name: 'video.fps', value: valueMessage({ ...all()[0]!, value: 12 }) };
    const results = [{ successful: true, reason: '' }];
    await call('SetParameters', 'set_parameters', { parameters: [wish] }, { results });
    t.is(fps, 12);
    const heard = await peer.hear(/^heard events ([0-9a-f]+)$/);
    t.true(heard.includes(Buffer.from('video.fps').toString('hex')));
    const refused = [{ successful: false, reason: 'none: there is no such parameter' }];
    await call(
      'SetParameters',
      'set_parameters',
      { parameters: [{ ...wish, name: 'none' }] },
      { results: refused },
    );
  },
);

declare(
  'a reliable reader of best-effort boxes is told of, and so is a best-effort publisher of commands',
  async (t) => {
    t.timeout(120_000);
    await using node = await openNode();
    await using peer = await openPeer(t.context.program);
    const type = ddsTypeName('std_msgs/msg/String');
    const publisher = node.advertise('std_msgs/msg/String', 'boxes', sensorData);
    const subscription = node.subscribe('std_msgs/msg/String', 'orders', reliable, () => undefined);
    peer.tell(`sub a rt/boxes ${type} reliable volatile`, `pub b rt/orders ${type} best-effort volatile`);
    await until(() => publisher.mismatch().count > 0 && subscription.mismatch().count > 0, 'mismatches');
    t.is(publisher.mismatch().policy, 'reliability');
    t.is(subscription.mismatch().policy, 'reliability');
    t.is(publisher.readers(), 0);
  },
);

declare(
  'images of 1280x720 come in; the publisher is killed, and frames go on when it is back',
  async (t) => {
    t.timeout(180_000);
    const { program } = t.context;
    await using node = await openNode();
    const film = (peer: PeerProcess): void => {
      const type = ddsTypeName('sensor_msgs/msg/Image');
      peer.tell(`pub cam rt/camera/image_raw ${type} reliable volatile`, 'images cam 1280 720 30 100000');
    };
    const first = await openPeer(program);
    film(first);
    await using source = await openImageSource(node, {
      ...{ topic: '/camera/image_raw', log: silentLog, reconnect: true, reliability: 'reliable' },
      ...{ openMs: 60_000, stallMs: 1000 },
    });
    t.like(source.describe(), { width: 1280, height: 720, format: 'rgb24' });
    const frames = source.frames()[Symbol.asyncIterator]();
    const shades = new Set<number>();
    for (let i = 0; i < 10; i++) {
      const frame = await nextFrame(frames);
      const { data } = frame.planes[0]!;
      t.is(data.length, 1280 * 720 * 3);
      t.is(data[0]!, data[data.length - 1]!); // one picture, not pieces of two
      shades.add(data[0]!);
      t.is(source.headers.of(frame.sequence)?.frameId, 'camera_optical_frame');
      frame.dispose();
    }
    t.true(shades.size >= 9);
    await first.kill();
    await until(() => !source.statistics().link!.connected, 'the silence to be told');
    await using second = await openPeer(program);
    film(second);
    // what was read before the kill may still lie there
    for (let i = 0; i < 3; i++) (await nextFrame(frames)).dispose();
    await until(() => source.statistics().link!.reconnects >= 1, 'frames to go on');
  },
);
