import test from 'ava';
import { definitionsOf } from '../../../src/ros/messages/definitions.js';
import { typeHash } from './support/type-hash.js';

/**
 * What ROS's own generator wrote down for these types, in the C code that ROS 2 installations (Iron or later) generate of
 * vision_msgs and the standard packages.
 */
const hashes: Readonly<Record<string, string>> = {
  'std_msgs/msg/Header': 'f49fb3ae2cf070f793645ff749683ac6b06203e41c891e17701b1cb597ce6a01',
  'geometry_msgs/msg/Point': '6963084842a9b04494d6b2941d11444708d892da2f4b09843b9c43f42a7f6881',
  'geometry_msgs/msg/Quaternion': '8a765f66778c8ff7c8ab94afcc590a2ed5325a1d9a076ffff38fbce36f458684',
  'geometry_msgs/msg/Pose': 'd501954e9476cea2996984e812054b68026ae0bfae789d9a10b23daf35cc90fa',
  'geometry_msgs/msg/PoseWithCovariance': '9a7c0fd234b7f45c6098745ecccd773ca1085670e64107135397aee31c02e1bb',
  'vision_msgs/msg/Point2D': 'eab0e83f44ab4de92ceaf76dd7d0e7638f2bdd1d16ffbe16c7a136c48e407247',
  'vision_msgs/msg/Pose2D': 'b0b5d1d7b4c20dd4fcde3ed1d4b289a919290572007d67a97043814db25d3648',
  'vision_msgs/msg/BoundingBox2D': '008eacbb0cf8f26e83795547bed013eec3675485ef386ec056d80eaaf1c1ce2f',
  'vision_msgs/msg/ObjectHypothesis': '51da43cec11c01957a64d1e05a24acd18aae7745ec30b74348ad5f6d634f7f90',
  'vision_msgs/msg/ObjectHypothesisWithPose':
    '41c12344c0396c48b81df12467c192d99b2a0eb1463c5c37194e4223251c80bc',
  'std_msgs/msg/String': 'df668c740482bbd48fb39d76a70dfd4bd59db1288021743503259e948f6b1a18',
  'geometry_msgs/msg/PointStamped': '4c0296af86e01e562e9e0405d138a01537247580076c58ea38d7923ac1045897',
  'diagnostic_msgs/msg/DiagnosticArray': '5a8a36efb05fb25070fa0fb3810290c0e6cd4862b54a8fb975a1ee8dc55a333e',
  'rcl_interfaces/msg/ParameterEvent': '043e627780fcad87a22d225bc2a037361dba713fca6a6b9f4b869a5aa0393204',
  'sensor_msgs/msg/RegionOfInterest': 'ad16bcba5f9131dcdba6fbded19f726f5440e3c513b4fb586dd3027eeed8abb1',
  'sensor_msgs/msg/Image': 'd31d41a9a4c4bc8eae9be757b0beed306564f7526c88ea6a4588fb9582527d47',
  'sensor_msgs/msg/CompressedImage': '15640771531571185e2efc8a100baf923961a4d15d5569652e6cb6691e8e371a',
  'sensor_msgs/msg/CameraInfo': 'b3dfd68ff46c9d56c80fd3bd4ed22c7a4ddce8c8348f2f59c299e73118e7e275',
  'sensor_msgs/srv/SetCameraInfo_Request': '27dc5497730fdb6930e66cb879c210e31a83022acc5bbc999f24f55286029f87',
  'rmw_dds_common/msg/Gid': 'ab6f21cfbb0a6dbb837161e1110c2051a2850ed9f9c53944d7115d9bcebedf71',
  'vision_msgs/msg/Detection2D': '0d12b69df5c593b3455b7346fac8205437a7d4bcb09b9e0e0b2dde787ded38ea',
};

for (const [type, hash] of Object.entries(hashes)) {
  test(`${type} has the hash that ROS itself gives it`, (t) => {
    t.is(typeHash(type, definitionsOf(type)), hash);
  });
}

test('the hash tells a field of another name, type or place', (t) => {
  const [own, ...others] = definitionsOf('vision_msgs/msg/ObjectHypothesis');
  const [name, score] = own!.definitions;
  const right = hashes['vision_msgs/msg/ObjectHypothesis'];
  for (const definitions of [
    [score!, name!],
    [name!, { ...score!, type: 'float32' }],
    [name!, { ...score!, name: 'value' }],
  ]) {
    t.not(typeHash('vision_msgs/msg/ObjectHypothesis', [{ definitions }, ...others]), right);
  }
});
