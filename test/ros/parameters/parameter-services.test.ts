import { MessageReader, MessageWriter } from '@foxglove/rosmsg2-serialization';
import test from 'ava';
import type { RosMessage } from '../../../src/ros/backend.js';
import { definitionsOf } from '../../../src/ros/messages/definitions.js';
import { messagesOf } from '../../../src/ros/messages/services.js';
import { valueMessage } from '../../../src/ros/parameters/parameter-messages.js';
import { serveParameters } from '../../../src/ros/parameters/parameter-services.js';
import type { NodeParameter, ParameterContent } from '../../../src/ros/parameters/parameter.js';
import { MemoryBackend } from '../support/memory-backend.js';

const read = { description: 'set by default', change: null };
const rate = { form: 'number', min: 1, max: 120 } as const;
const levels = { form: 'choice', options: ['info', 'debug'] } as const;

/** A node whose rate may be 100 at most, whatever its descriptor says. */
async function open() {
  const backend = new MemoryBackend();
  const participant = await backend.open({ name: 'tagalong', namespace: '/uav1' });
  let all: readonly NodeParameter[] = [
    { name: 'frameId', type: 'string', value: 'camera', ...read },
    { name: 'boxes.depth', type: 'integer', value: 1, ...read },
    { name: 'remap', type: 'string array', value: ['a:=b', 'Grüße:=c'], ...read },
    { name: 'autostart', type: 'bool', value: true, ...read },
    { name: 'log.level', type: 'string', value: 'info', description: 'set by --log-level', change: levels },
    { name: 'console.video.fps', type: 'double', value: 30, description: 'set by default', change: rate },
    { name: 'console.video.width', type: 'integer', value: 640, description: '', change: rate },
  ];
  const set = (name: string, value: ParameterContent): void => {
    if (Number(value) > 100) throw new Error(`${name} "${String(value)}": too much`);
    all = all.map((it) => (it.name === name ? { ...it, value } : it));
  };
  serveParameters(participant, { all: () => all, set }, () => 1_500_000_000n);
  /** Over the bytes of the service's own messages, as on the wire. */
  const ask = async (service: string, name: string, request: RosMessage) => {
    const { request: asked, response } = messagesOf(`rcl_interfaces/srv/${service}`);
    const answer = await backend.call(`/uav1/tagalong/${name}`, overWire(asked, request));
    return overWire(response, answer) as Readonly<
      Record<'result' | 'values' | 'types' | 'descriptors' | 'results', unknown>
    >;
  };
  const valueOf = (name: string) => all.find((it) => it.name === name)!.value;
  return { backend, ask, valueOf };
}

function overWire(type: string, message: RosMessage): RosMessage {
  const bytes = new MessageWriter([...definitionsOf(type)]).writeMessage(message);
  return new MessageReader<RosMessage>([...definitionsOf(type)]).readMessage(bytes);
}

function wish(name: string, type: NodeParameter['type'], value: ParameterContent): RosMessage {
  return { name, value: valueMessage({ name, type, value, ...read }) };
}

test('parameters are listed by prefix and depth, as ros2 param list asks', async (t) => {
  const { ask } = await open();
  const listed = async (prefixes: string[], depth: bigint) =>
    (await ask('ListParameters', 'list_parameters', { prefixes, depth })).result;
  t.like(await listed([], 0n), {
    names: [
      ...['frameId', 'boxes.depth', 'remap', 'autostart'],
      ...['log.level', 'console.video.fps', 'console.video.width'],
    ],
    prefixes: ['boxes', 'log', 'console.video'],
  });
  t.like(await listed([], 1n), { names: ['frameId', 'remap', 'autostart'], prefixes: [] });
  t.like(await listed(['console'], 1n), { names: [] });
  t.like(await listed(['console', 'frameId'], 2n), {
    names: ['frameId', 'console.video.fps', 'console.video.width'],
  });
  t.like(await listed(['con'], 0n), { names: [] });
});

test('values come with their types, and what is not there as not set', async (t) => {
  const { ask } = await open();
  const names = ['frameId', 'boxes.depth', 'nonsense', 'remap', 'autostart', 'console.video.fps'];
  const { values } = await ask('GetParameters', 'get_parameters', { names });
  t.like(values, [
    { type: 4, string_value: 'camera' },
    { type: 2, integer_value: 1n },
    { type: 0 },
    { type: 9 },
    { type: 1, bool_value: true },
    { type: 3, double_value: 30 },
  ]);
  t.is((values as { string_array_value: string[] }[])[3]!.string_array_value.length, 2);
  const { types } = await ask('GetParameterTypes', 'get_parameter_types', { names });
  t.deepEqual([...(types as Uint8Array)], [4, 2, 0, 9, 1, 3]);
});

test('a description says what may be changed, and within what', async (t) => {
  const { ask } = await open();
  const names = ['frameId', 'log.level', 'console.video.fps', 'console.video.width', 'nonsense'];
  const { descriptors } = await ask('DescribeParameters', 'describe_parameters', { names });
  t.like(descriptors, [
    { name: 'frameId', type: 4, read_only: true, description: 'set by default' },
    { name: 'log.level', type: 4, read_only: false, additional_constraints: 'one of info, debug' },
    { type: 3, read_only: false, floating_point_range: [{ from_value: 1, to_value: 120 }] },
    { type: 2, integer_range: [{ from_value: 1n, to_value: 120n, step: 1n }] },
    { name: 'nonsense', type: 0, read_only: false },
  ]);
});

test('each is set or refused with a reason by itself, and what was set is told', async (t) => {
  const { backend, ask, valueOf } = await open();
  const parameters = [
    wish('console.video.fps', 'integer', 15),
    wish('frameId', 'string', 'lens'),
    wish('nonsense', 'integer', 1),
    wish('console.video.fps', 'string', 'fast'),
    wish('console.video.width', 'double', 64.5),
    wish('console.video.fps', 'double', 101.5),
    { name: 'log.level', value: { type: 7, integer_array_value: BigInt64Array.of(1n) } },
    wish('log.level', 'string', 'debug'),
  ];
  const { results } = await ask('SetParameters', 'set_parameters', { parameters });
  t.deepEqual(
    (results as { reason: string }[]).map(({ reason }) => reason),
    [
      '',
      'frameId: read-only while running; it is set in the configuration, before the start',
      'nonsense: there is no such parameter',
      'console.video.fps: is a double, and cannot become a string',
      'console.video.width: is an integer, and cannot become a double',
      'console.video.fps "101.5": too much',
      'log.level: is a string, and cannot become an integer array',
      '',
    ],
  );
  t.deepEqual(
    (results as { successful: boolean }[]).map(({ successful }) => successful),
    [true, false, false, false, false, false, false, true],
  );
  t.deepEqual(
    [valueOf('console.video.fps'), valueOf('frameId'), valueOf('log.level')],
    [15, 'camera', 'debug'],
  );
  const events = backend
    .published('/parameter_events')
    .map((it) => overWire('rcl_interfaces/msg/ParameterEvent', it));
  t.like(events, [
    {
      stamp: { sec: 1, nanosec: 500_000_000 },
      node: '/uav1/tagalong',
      changed_parameters: [{ name: 'console.video.fps', value: { type: 3, double_value: 15 } }],
    },
    { changed_parameters: [{ name: 'log.level', value: { type: 4, string_value: 'debug' } }] },
  ]);
});

test('together all are set or none, and one event tells of all', async (t) => {
  const { backend, ask, valueOf } = await open();
  const together = async (...parameters: RosMessage[]) =>
    (await ask('SetParametersAtomically', 'set_parameters_atomically', { parameters })).result;
  const [fps, level] = [wish('console.video.fps', 'double', 20), wish('log.level', 'string', 'debug')];
  const refused = { successful: false, reason: 'console.video.width "110": too much' };
  t.like(await together(fps, level, wish('console.video.width', 'integer', 110)), refused);
  t.like(await together(fps, wish('autostart', 'bool', false)), { successful: false });
  t.deepEqual([valueOf('console.video.fps'), valueOf('log.level')], [30, 'info']);
  t.deepEqual(backend.published('/parameter_events'), []);
  t.like(await together(fps, level), { successful: true, reason: '' });
  t.deepEqual([valueOf('console.video.fps'), valueOf('log.level')], [20, 'debug']);
  t.like(backend.published('/parameter_events'), [
    { changed_parameters: [{ name: 'console.video.fps' }, { name: 'log.level' }] },
  ]);
});
