import { MessageWriter } from '@foxglove/rosmsg2-serialization';
import test from 'ava';
import { UsageError } from '../../../src/core/errors.js';
import { silentLog } from '../../../src/core/ports/log.js';
import { latched, reliable, sensorData, type NodeIdentity } from '../../../src/ros/backend.js';
import { definitionsOf } from '../../../src/ros/messages/definitions.js';
import { RclBackend } from '../../../src/ros/rclnodejs/rcl-backend.js';
import { until } from '../../runtime/mqtt/support/until.js';
import { FakeRos } from './support/fake-rclnodejs.js';

const installation = { version: '2.2.0', directory: '/r', binary: '/r/b.node', distro: 'jazzy' };
const identity: NodeIdentity = { name: 'tagalong', namespace: '/uav1' };

async function open(given: Partial<NodeIdentity> = {}, ros = new FakeRos()) {
  const load = () => Promise.resolve(ros.module.default);
  const backend = new RclBackend({ installation, middleware: 'rmw_fastrtps_cpp', load });
  const node = await backend.open({ ...identity, ...given }, silentLog);
  return { ros, node };
}

function cdr(type: string, message: object): Buffer {
  return Buffer.from(new MessageWriter([...definitionsOf(type)]).writeMessage(message));
}

test('the node has its name, its namespace and, as rcl wants it, its remapping', async (t) => {
  const { ros, node } = await open({ remap: { 'tracker/bbox': '/box', '~/x': 'y' } });
  t.like(ros.nodes[0], { name: 'tagalong', namespace: '/uav1', options: { startParameterServices: false } });
  t.deepEqual(ros.argv, [['tagalong', '--ros-args', '--remap', 'tracker/bbox:=/box', '--remap', '~/x:=y']]);
  t.is(node.nameOf('tracker/bbox'), '/resolved/tracker/bbox');
  t.is(node.detail, 'rclnodejs 2.2.0, ROS jazzy, rmw_fastrtps_cpp, domain 7');
  await node.close();
  await node.close();
  t.is(ros.shutdowns, 1);
});

test('a domain that is configured counts', async (t) => {
  const load = () => Promise.resolve(new FakeRos().module.default);
  const node = await new RclBackend({ installation, domainId: 42, load }).open(identity, silentLog);
  t.regex(node.detail, /domain 42$/);
  await node.close();
});

test('without a remapping rcl gets no argument at all', async (t) => {
  const { ros, node } = await open();
  t.deepEqual(ros.argv, [['tagalong']]);
  await node.close();
});

test('what rcl refuses is a UsageError with its words, and leaves nothing open', async (t) => {
  const ros = new FakeRos();
  ros.initFailure = new Error('failed to parse remap rule');
  await t.throwsAsync(open({}, ros), {
    instanceOf: UsageError,
    message: /node "tagalong": failed to parse/,
  });
  t.is(ros.shutdowns, 1);
});

test('the thread begins to wait only after the node has been equipped, and not when it was closed before', async (t) => {
  const { ros, node } = await open();
  node.advertise('std_msgs/msg/String', 'a', reliable);
  t.deepEqual(ros.spins, []);
  await until(() => ros.spins.length === 1, 'spinning');
  await node.close();
  const other = await open();
  await other.node.close();
  await new Promise((resolve) => setImmediate(resolve));
  t.deepEqual(other.ros.spins, []);
});

test('quality of service goes over in the numbers of rmw', async (t) => {
  const { ros, node } = await open();
  node.advertise('std_msgs/msg/String', 'a', sensorData);
  node.advertise('std_msgs/msg/String', 'b', latched);
  t.like(ros.advertised[0], { options: { qos: { history: 1, depth: 1, reliability: 2, durability: 2 } } });
  t.like(ros.advertised[1], { options: { qos: { history: 1, depth: 1, reliability: 1, durability: 1 } } });
  await node.close();
});

test('messages go out; one that ROS does not take says so instead of throwing', async (t) => {
  const { ros, node } = await open();
  const publisher = node.advertise('std_msgs/msg/String', 'a', reliable);
  t.true(publisher.publish({ data: 'x' }));
  t.deepEqual(ros.advertised[0]!.messages, [{ data: 'x' }]);
  ros.failure = new Error('no');
  t.false(publisher.publish({ data: 'y' }));
  ros.failure = null;
  await node.close();
  t.false(publisher.publish({ data: 'z' }));
});

test('arrays that view a part of a buffer are published as that part', async (t) => {
  const { ros, node } = await open();
  const pool = Uint8Array.from([1, 2, 3, 4, 5, 6]);
  const publisher = node.advertise('sensor_msgs/msg/CompressedImage', 'image', sensorData);
  publisher.publish({ format: 'jpeg', data: Buffer.from(pool.buffer, 2, 3) });
  const { data } = ros.advertised[0]!.messages[0] as { data: Uint8Array };
  t.deepEqual([...data], [3, 4, 5]);
  t.is(data.buffer.byteLength, 3);
  await node.close();
});

test('readers that ask for more than is offered are counted with what they asked for', async (t) => {
  const { ros, node } = await open();
  const fits = { qos_profile: { reliability: 2, durability: 2 } };
  const asksReliable = { qos_profile: { reliability: 1, durability: 2 } };
  const asksLatched = { qos_profile: { reliability: 2, durability: 1 } };
  ros.readers = [fits, asksReliable, asksLatched];
  const boxes = node.advertise('std_msgs/msg/String', 'a', sensorData);
  t.deepEqual(boxes.mismatch(), { count: 2, policy: 'durability' });
  t.is(boxes.readers(), 3);
  t.deepEqual(node.advertise('std_msgs/msg/String', 'b', latched).mismatch(), { count: 0, policy: null });
  await node.close();
  t.deepEqual(boxes.mismatch(), { count: 0, policy: null });
});

test('writers that offer less than is asked for are counted', async (t) => {
  const { ros, node } = await open();
  ros.writers = [{ qos_profile: { reliability: 2, durability: 2 } }];
  const subscription = node.subscribe('std_msgs/msg/String', 'a', reliable, () => undefined);
  t.deepEqual(subscription.mismatch(), { count: 1, policy: 'reliability' });
  t.is(subscription.writers(), 1);
  await node.close();
});

test('messages are heard raw and decoded here; what cannot be read, or is thrown at, is passed over', async (t) => {
  const { ros, node } = await open();
  const heard: unknown[] = [];
  const subscription = node.subscribe('std_msgs/msg/String', 'a', reliable, (message) => {
    heard.push(message);
    if (message['data'] === 'throw') throw new Error('a listener');
  });
  const { callback, options } = ros.subscription('a');
  t.like(options, { isRaw: true });
  callback(cdr('std_msgs/msg/String', { data: 'one' }));
  callback(Buffer.from([0, 1]));
  callback(cdr('std_msgs/msg/String', { data: 'throw' }));
  t.deepEqual(heard, [{ data: 'one' }, { data: 'throw' }]);
  subscription.close();
  subscription.close();
  t.is(ros.subscribed.length, 0);
  callback(cdr('std_msgs/msg/String', { data: 'late' }));
  t.is(heard.length, 2);
  await node.close();
});

test('a raw message is copied from where it is asked for', async (t) => {
  const { ros, node } = await open();
  const target = new Uint8Array(new SharedArrayBuffer(3));
  let bytes = 0;
  node.subscribeRaw('sensor_msgs/msg/Image', 'image', sensorData, (message) => {
    bytes = message.bytes;
    message.copy(2, target);
  });
  ros.subscription('image').callback(Buffer.from([9, 8, 7, 6, 5, 4]));
  t.is(bytes, 6);
  t.deepEqual([...target], [7, 6, 5]);
  await node.close();
});

test('services answer; one that fails answers nothing and disturbs nobody', async (t) => {
  const { ros, node } = await open();
  node.serve('std_srvs/srv/Trigger', 'tracker/stop', () => Promise.resolve({ success: true, message: 'ok' }));
  node.serve('std_srvs/srv/Trigger', 'broken', () => Promise.reject(new Error('broken')));
  t.deepEqual(await ros.call('tracker/stop', {}), { success: true, message: 'ok' });
  let answered = false;
  void ros.call('broken', {}).then(() => {
    answered = true;
  });
  t.deepEqual(await ros.call('tracker/stop', {}), { success: true, message: 'ok' });
  t.false(answered);
  await node.close();
});

test('a type that is not installed is said with the package that has it', async (t) => {
  const ros = new FakeRos();
  ros.missing = ['vision_msgs/msg/Detection2D'];
  const { node } = await open({}, ros);
  t.throws(() => node.advertise('vision_msgs/msg/Detection2D', 'tracker/bbox', sensorData), {
    instanceOf: UsageError,
    message: /ROS jazzy has no vision_msgs\/msg\/Detection2D.*ros-jazzy-vision-msgs.*generate-ros-messages/,
  });
  await node.close();
});
