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
    type: 'sensor_msgs/msg/CompressedImage',
    message: {
      header: header('eye'),
      format: 'jpeg',
      data: Uint8Array.of(0xff, 0xd8, 0, 1, 254, 0xff, 0xd9),
    },
  },
  {
    type: 'sensor_msgs/msg/CompressedImage',
    message: { header: header(''), format: '', data: new Uint8Array(0) },
  },
  {
    type: 'sensor_msgs/msg/Image',
    message: image(
      3,
      'rgb8',
      Uint8Array.from({ length: 18 }, (_, i) => 14 * i),
    ),
  },
  { type: 'sensor_msgs/msg/Image', message: image(0, '', new Uint8Array(0)) },
  { type: 'sensor_msgs/msg/CameraInfo', message: cameraInfo('plumb_bob', [-0.25, 0.125, 0, 1e-9, 0]) },
  { type: 'sensor_msgs/msg/CameraInfo', message: cameraInfo('', []) },
  {
    type: 'geometry_msgs/msg/PointStamped',
    message: { header: header('pixels'), point: { x: 320.5, y: -0, z: 0 } },
  },
  { type: 'std_srvs/srv/Trigger_Request', message: { structure_needs_at_least_one_member: 0 } },
  { type: 'std_srvs/srv/Trigger_Response', message: { success: false, message: '' } },
  {
    type: 'sensor_msgs/srv/SetCameraInfo_Request',
    message: { camera_info: cameraInfo('rational_polynomial', [1, 2, 3, 4, 5, 6, 7, 8]) },
  },
  { type: 'sensor_msgs/srv/SetCameraInfo_Request', message: { camera_info: cameraInfo('', []) } },
  {
    type: 'sensor_msgs/srv/SetCameraInfo_Response',
    message: { success: true, status_message: 'nothing there: étranger' },
    cdr: [0, 1, 0, 0, 1, 0, 0, 0, 25, 0, 0, 0, ...Buffer.from('nothing there: étranger'), 0],
  },
  { type: 'sensor_msgs/srv/SetCameraInfo_Response', message: { success: true, status_message: '' } },
  {
    type: 'lifecycle_msgs/msg/TransitionEvent',
    message: {
      timestamp: 1_700_000_000_999_999_999n,
      transition: { id: 3, label: 'activate' },
      start_state: { id: 2, label: 'inactive' },
      goal_state: { id: 13, label: '' },
    },
  },
  {
    type: 'lifecycle_msgs/srv/GetAvailableStates_Response',
    message: {
      available_states: [
        { id: 1, label: 'unconfigured' },
        { id: 0, label: '' },
      ],
    },
  },
  { type: 'lifecycle_msgs/srv/GetAvailableStates_Response', message: { available_states: [] } },
  {
    type: 'rcl_interfaces/srv/DescribeParameters_Response',
    message: { descriptors: [descriptor('fps'), descriptor('')] },
  },
  {
    type: 'rmw_dds_common/msg/ParticipantEntitiesInfo',
    message: { gid: gid(1), node_entities_info_seq: [node('/', 0), node('/robot', 2)] },
  },
];

function image(width: number, encoding: string, data: Uint8Array): RosMessage {
  const height = data.length === 0 ? 0 : 2;
  return { header: header('eye'), height, width, encoding, is_bigendian: 0, step: 3 * width, data };
}

function cameraInfo(model: string, d: readonly number[]): RosMessage {
  const numbers = (length: number): Float64Array => Float64Array.from({ length }, (_, i) => i / 7 - 1);
  return {
    ...{ header: header('eye'), height: 720, width: 1280, distortion_model: model },
    ...{ d: Float64Array.from(d), k: numbers(9), r: numbers(9), p: numbers(12) },
    ...{ binning_x: 2, binning_y: 0 },
    roi: { x_offset: 1, y_offset: 2, height: 3, width: 4, do_rectify: false },
  };
}

function descriptor(name: string): RosMessage {
  return {
    ...{ name, type: 3, description: 'x'.repeat(name.length), additional_constraints: '' },
    ...{ read_only: true, dynamic_typing: false },
    floating_point_range: name === '' ? [] : [{ from_value: -1, to_value: 1e9, step: 0 }],
    integer_range: name === '' ? [{ from_value: -(2n ** 63n), to_value: 5n, step: 1n }] : [],
  };
}

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
