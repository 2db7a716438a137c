/** Fields of the vision_msgs that are used, as in Humble, Jazzy and later (vision_msgs 4; Foxy and Galactic had others). */
export const visionMsgs = {
  'vision_msgs/Point2D': 'float64 x\nfloat64 y',
  'vision_msgs/Pose2D': 'vision_msgs/Point2D position\nfloat64 theta',
  'vision_msgs/BoundingBox2D': 'vision_msgs/Pose2D center\nfloat64 size_x\nfloat64 size_y',
  'vision_msgs/ObjectHypothesis': 'string class_id\nfloat64 score',
  'vision_msgs/ObjectHypothesisWithPose':
    'vision_msgs/ObjectHypothesis hypothesis\ngeometry_msgs/PoseWithCovariance pose',
  'vision_msgs/Detection2D':
    'std_msgs/Header header\nvision_msgs/ObjectHypothesisWithPose[] results\nvision_msgs/BoundingBox2D bbox\nstring id',
} as const;

export type GidBytes = 16 | 24;

/** The messages by which nodes of one graph know of each other (rmw_dds_common). */
export function rmwDdsCommon(gidBytes: GidBytes) {
  return {
    'rmw_dds_common/Gid': `uint8[${gidBytes}] data`,
    'rmw_dds_common/NodeEntitiesInfo':
      'string<=256 node_namespace\nstring<=256 node_name\n' +
      'rmw_dds_common/Gid[] reader_gid_seq\nrmw_dds_common/Gid[] writer_gid_seq',
    'rmw_dds_common/ParticipantEntitiesInfo':
      'rmw_dds_common/Gid gid\nrmw_dds_common/NodeEntitiesInfo[] node_entities_info_seq',
  } as const;
}
