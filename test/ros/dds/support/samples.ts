import type { RosMessage } from '../../../../src/ros/backend.js';
import { valueMessage } from '../../../../src/ros/parameters/parameter-messages.js';
import type { NodeParameter, ParameterContent } from '../../../../src/ros/parameters/parameter.js';

interface Sample {
  readonly type: string;
  readonly message: RosMessage;
  /** Where @foxglove's writer is no reference. */
  readonly cdr?: readonly number[];
}

/** Messages with every kind of field and awkward alignment: odd strings, empty and several-element sequences, nested ones. */
export const samples: readonly Sample[] = [
  { type: 'std_msgs/msg/String', message: { data: 'tracking' } },
  {
    type: 'std_msgs/msg/String',
    message: { data: 'Grüße' },
    // length with the closing zero, UTF-8: @foxglove's writer (3.1.0) counts characters and cuts such texts
    cdr: [0, 1, 0, 0, 8, 0, 0, 0, ...Buffer.from('Grüße'), 0],
  },
  { type: 'std_msgs/msg/String', message: { data: '' } },
  {
    type: 'sensor_msgs/msg/RegionOfInterest',
    message: { x_offset: 1, y_offset: 4_000_000_000, height: 3, width: 4, do_rectify: true },
  },
  {
    type: 'geometry_msgs/msg/Vector3Stamped',
    message: { header: header('cam'), vector: { x: -1.5, y: 1e-300, z: 2 } },
  },
  { type: 'vision_msgs/msg/Detection2D', message: detection('camera', ['target']) },
  { type: 'vision_msgs/msg/Detection2D', message: detection('c', ['a', 'bc', 'def', '']) },
  { type: 'vision_msgs/msg/Detection2D', message: detection('', []) },
  {
    type: 'diagnostic_msgs/msg/DiagnosticArray',
    message: { header: header('x'), status: [status(0), status(3)] },
  },
  { type: 'rcl_interfaces/msg/ParameterEvent', message: parameterEvent() },
  {
    type: 'rmw_dds_common/msg/ParticipantEntitiesInfo',
    message: { gid: gid(1), node_entities_info_seq: [node('/', 0), node('/robot', 2)] },
  },
];

function header(frame: string): RosMessage {
  return { stamp: { sec: 1_700_000_000, nanosec: 999_999_999 }, frame_id: frame };
}

function detection(frame: string, classes: readonly string[]): RosMessage {
  const pose = { position: { x: 1, y: 2, z: 3 }, orientation: { x: 0, y: 0, z: 0, w: 1 } };
  const covariance = Float64Array.from({ length: 36 }, (_, i) => i / 7);
  const resultOf = (name: string): RosMessage => ({
    hypothesis: { class_id: name, score: 0.875 },
    pose: { pose, covariance },
  });
  return {
    header: header(frame),
    results: classes.map(resultOf),
    bbox: { center: { position: { x: 320.25, y: -1 }, theta: 0.5 }, size_x: 40, size_y: 30 },
    id: '12',
  };
}

function status(values: number): RosMessage {
  const pairs = Array.from({ length: values }, (_, i) => ({ key: `k${i}`, value: 'v'.repeat(i) }));
  return { level: 2, name: 'tracker', message: 'no target', hardware_id: '', values: pairs };
}

function parameterEvent(): RosMessage {
  const given = (name: string, type: NodeParameter['type'], value: ParameterContent): RosMessage => ({
    name,
    value: valueMessage({ name, type, value, description: '', change: null }),
  });
  return {
    stamp: { sec: 1_700_000_000, nanosec: 1 },
    node: '/robot/n',
    new_parameters: [],
    changed_parameters: [
      given('a', 'double', 0.5),
      given('ab', 'integer', -3),
      given('abc', 'bool', true),
      given('abcd', 'string array', ['x', '', 'yz']),
    ],
    deleted_parameters: [{ name: 'gone', value: valueMessage(undefined) }],
  };
}

function gid(first: number): RosMessage {
  return { data: Uint8Array.from({ length: 16 }, (_, i) => first + i) };
}

function node(namespace: string, endpoints: number): RosMessage {
  const gids = Array.from({ length: endpoints }, (_, i) => gid(i));
  return { node_namespace: namespace, node_name: 'n', reader_gid_seq: gids, writer_gid_seq: [gid(9)] };
}
