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
