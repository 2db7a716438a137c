import test from 'ava';
import { MemoryControl } from '../../../src/core/ports/memory/memory-control.js';
import { silentLog } from '../../../src/core/ports/log.js';
import { rosOptionsSchema, type RosOptions } from '../../../src/core/ros/options.js';
import type { RosNodeContext } from '../../../src/ros/node/ros-node.js';
import { openRos } from '../../../src/ros/open-ros.js';
import type { WallClock } from '../../../src/ros/node/stamper.js';
import { sinkContract } from '../../contracts/sink.contract.js';
import { until } from '../../runtime/mqtt/support/until.js';
import { coastingTrack, idleTrack, lostTrack, trackingTrack } from '../../support/tracks.js';
import { MemoryBackend } from '../support/memory-backend.js';

const options: RosOptions = rosOptionsSchema.parse({});
const wallOffset = 1_700_000_000_000_000_000n;
const clock: WallClock = { wallNs: (ns) => wallOffset + ns, monotonicNs: (ns) => ns - wallOffset };

async function openNode(given: Partial<RosOptions> = {}, context: Partial<RosNodeContext> = {}) {
  const backend = new MemoryBackend();
  const control = new MemoryControl();
  const node = await openRos(
    backend,
    { ...options, ...given },
    { control, log: silentLog, clock, ...context },
  );
  return { backend, control, node };
}

sinkContract(test, 'ROS node', { open: async () => (await openNode()).node });

test('a box goes out as Detection2D with capture time, camera frame, target and confidence', async (t) => {
  const { backend, node } = await openNode();
  node.publish(trackingTrack(30));
  const [message] = backend.published('/tracker/bbox');
  t.like(message, {
    header: { stamp: { sec: 1_700_000_001, nanosec: 200_000_000 }, frame_id: 'camera' },
    bbox: { center: { position: { x: 160, y: 120 }, theta: 0 }, size_x: 40, size_y: 30 },
    id: '1',
  });
  t.like((message!['results'] as object[])[0], { hypothesis: { class_id: 'target', score: 0.875 } });
  const qos = { reliability: 'best-effort', durability: 'volatile', depth: 1 } as const;
  t.like(backend.advertised.get('/tracker/bbox'), { type: 'vision_msgs/msg/Detection2D', qos });
  await node.close();
});

test('the region is cut to the image, and absent when nothing of the box is in it', async (t) => {
  const { backend, node } = await openNode();
  node.publish(trackingTrack(1, { box: { cx: 315.5, cy: 1, width: 20, height: 10 } }));
  node.publish(trackingTrack(2, { box: { cx: -50, cy: 1, width: 20, height: 10 } }));
  t.deepEqual(backend.published('/tracker/roi'), [
    { x_offset: 305, y_offset: 0, width: 15, height: 6, do_rectify: false },
  ]);
  await node.close();
});

test('the state is latched and said when it changes; without a box no box goes out', async (t) => {
  const { backend, node } = await openNode({ namespace: '/robot' });
  const tracks = [idleTrack(0), trackingTrack(1), trackingTrack(2), coastingTrack(3), lostTrack(4)];
  for (const track of tracks) node.publish(track);
  const states = backend.published('/robot/tracker/state').map(({ data }) => data);
  t.deepEqual(states, ['idle', 'tracking', 'coasting', 'lost']);
  t.is(backend.advertised.get('/robot/tracker/state')?.qos.durability, 'transient-local');
  t.is(backend.published('/robot/tracker/bbox').length, 3);
  await node.close();
});

test('commands and regions select; what is none is refused and answered', async (t) => {
  const { backend, control, node } = await openNode();
  const answers = () =>
    backend.published('/tracker/answer').map(({ data }) => JSON.parse(data as string) as object);
  backend.hear('/tracker/command', { data: '{"command":"stop","id":7}' });
  await until(() => answers().length === 1, 'an answer');
  backend.hear('/tracker/select', { x_offset: 10, y_offset: 20, width: 30, height: 40 });
  await until(() => answers().length === 2, 'an answer');
  backend.hear('/tracker/command', { data: 'stop!' });
  await until(() => answers().length === 3, 'an answer');
  backend.hear('/tracker/select', { x_offset: 10, y_offset: 20, width: 0, height: 40 });
  await until(() => answers().length === 4, 'an answer');
  t.deepEqual(
    control.commands.map(({ command }) => command),
    [{ kind: 'stop' }, { kind: 'select', box: { cx: 25, cy: 40, width: 30, height: 40 } }],
  );
  t.true(control.commands.every(({ origin }) => origin.kind === 'ros'));
  t.like(answers(), [
    { accepted: true, id: 7 },
    { accepted: true },
    { accepted: false },
    { accepted: false },
  ]);
  await node.close();
  t.is(backend.closed, 1);
});

test('diagnostics tell the state of the loop', async (t) => {
  const { backend, node } = await openNode();
  await until(() => backend.published('/diagnostics').length > 0, 'diagnostics');
  const [message] = backend.published('/diagnostics');
  t.like((message!['status'] as object[])[0], { level: 0, name: 'tagalong: tracking', message: 'starting' });
  await node.close();
});

test('what the middleware does not take is counted', async (t) => {
  const { backend, node } = await openNode();
  backend.full = true;
  node.publish(trackingTrack(1));
  t.is(node.dropped, 1);
  await node.close();
});

test('a node without autostart says nothing until it is activated, and then what its state is', async (t) => {
  const { backend, control, node } = await openNode({ autostart: false });
  node.publish(trackingTrack(1));
  t.is(backend.published('/tracker/state').length + backend.published('/tracker/bbox').length, 0);
  const change = (label: string) => backend.call('/tagalong/change_state', { transition: { id: 0, label } });
  t.like(await backend.call('/tracker/stop', {}), { success: false });
  await change('configure');
  await change('activate');
  t.deepEqual(backend.published('/tracker/state'), [{ data: 'tracking' }]);
  node.publish(trackingTrack(2));
  t.is(backend.published('/tracker/bbox').length, 1);
  await change('deactivate');
  await change('cleanup');
  t.deepEqual(
    control.commands.map(({ command }) => command),
    [{ kind: 'stop' }],
  );
  await node.close();
});

test('services stop and select, and say why not', async (t) => {
  const { backend, control, node } = await openNode();
  t.is(backend.served.get('/tracker/stop')?.type, 'std_srvs/srv/Trigger');
  t.deepEqual(await backend.call('/tracker/stop', {}), { success: true, message: '' });
  const roi = { x_offset: 10, y_offset: 20, width: 30, height: 40 };
  const header = { stamp: { sec: 1_700_000_002, nanosec: 5 }, frame_id: '' };
  const info = { header, width: 0, height: 0, roi };
  t.like(await backend.call('/tracker/set_target', { camera_info: info }), { success: true });
  const point = { ...info, header: {}, roi: { ...roi, width: 0, height: 0 } };
  t.like(await backend.call('/tracker/set_target', { camera_info: point }), { success: true });
  t.deepEqual(
    control.commands.map(({ command }) => command),
    [
      { kind: 'stop' },
      { kind: 'select', box: { cx: 25, cy: 40, width: 30, height: 40 }, timeNs: 2_000_000_005n },
      { kind: 'select', point: { x: 10.5, y: 20.5 } },
    ],
  );
  const absurd = { ...info, roi: { ...roi, width: 4_000_000_000 } };
  const refused = await backend.call('/tracker/set_target', { camera_info: absurd });
  t.is(refused['success'], false);
  t.regex(refused['status_message'] as string, /4000000000x40.*lies in no image/);
  await node.close();
});

test('a point selects in the frame of its stamp', async (t) => {
  const headers = { of: () => null, capturedAt: (ns: bigint) => (ns === 7_000_000_009n ? 77n : null) };
  const { backend, control, node } = await openNode({}, { headers });
  const header = { stamp: { sec: 7, nanosec: 9 }, frame_id: '' };
  backend.hear('/tracker/select_point', { header, point: { x: 3, y: 4, z: 0 } });
  await until(() => backend.published('/tracker/answer').length === 1, 'an answer');
  t.deepEqual(control.commands[0]!.command, { kind: 'select', point: { x: 3, y: 4 }, timeNs: 77n });
  await node.close();
});

test("what is said of an image carries the image's own header", async (t) => {
  const headers = { of: () => ({ stampNs: 5_000_000_006n, frameId: 'optical' }), capturedAt: () => null };
  const { backend, node } = await openNode({}, { headers });
  node.publish(trackingTrack(3));
  const expected = { header: { stamp: { sec: 5, nanosec: 6 }, frame_id: 'optical' } };
  t.like(backend.published('/tracker/bbox')[0], expected);
  await node.close();
});

test('the direction points through the middle of the box, x right, y down, z forward', async (t) => {
  const direction = { rectified: false };
  const { backend, node } = await openNode({ direction }, { imageTopic: '/camera/image_raw' });
  node.publish(trackingTrack(1));
  t.is(backend.published('/tracker/direction').length, 0); // the camera has not said what it is
  const k = [160, 0, 159.5, 0, 160, 119.5, 0, 0, 1];
  const info = {
    width: 320,
    height: 240,
    distortion_model: 'plumb_bob',
    d: [0, 0, 0, 0, 0],
    k,
    p: [],
    roi: {},
  };
  backend.hear('/camera/camera_info', info);
  node.publish(trackingTrack(2, { box: { cx: 320, cy: 120, width: 10, height: 10 } }));
  const { x, y, z } = backend.published('/tracker/direction')[0]!['vector'] as Record<string, number>;
  t.true(Math.abs(x! - Math.SQRT1_2) < 1e-9 && Math.abs(y!) < 1e-9 && Math.abs(z! - Math.SQRT1_2) < 1e-9);
  await node.close();
});

test('names are remapped, and a reader that asks for another quality of service is told', async (t) => {
  const warned: string[] = [];
  const log = { ...silentLog, warn: (_: object, text: string) => void warned.push(text) };
  const remap = ['tracker/bbox:=/perception/target'];
  const { backend, node } = await openNode({ namespace: '/robot', remap }, { log });
  node.publish(trackingTrack(1));
  t.is(backend.published('/perception/target').length, 1);
  backend.mismatch = { count: 1, policy: 'reliability' };
  await until(() => warned.length > 0, 'a warning');
  t.regex(warned[0]!, /\/perception\/target: a reader wants another.*reliability.*best-effort/);
  t.is(node.fullName, '/robot/tagalong');
  await node.close();
});
