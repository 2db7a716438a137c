import { z } from 'zod';

/** What ROS allows as a node's name. */
const nodeName = z
  .string()
  .regex(/^[A-Za-z_][A-Za-z0-9_]{0,254}$/, 'must be letters, digits and "_", not beginning with a digit');
const namespace = z.string().regex(/^(\/|(\/[A-Za-z_][A-Za-z0-9_]*)+)$/, 'must be "/" or such as "/robot"');
const topicPattern = /^(~?\/)?[A-Za-z_][A-Za-z0-9_]*(\/[A-Za-z_][A-Za-z0-9_]*)*$/;
const topic = z
  .string()
  .regex(topicPattern, 'must be a name such as "tracker/bbox", "/camera/image_raw" or "~/bbox"');
const remapping = z.string().refine((text) => {
  const [from = '', to = '', ...more] = text.split(':=');
  return more.length === 0 && topicPattern.test(from) && topicPattern.test(to);
}, 'must be FROM:=TO, such as "tracker/bbox:=/perception/target"');

const boxes = z.strictObject({
  reliability: z
    .enum(['reliable', 'best-effort'])
    .default('best-effort')
    .describe('a reliable reader does not match best-effort boxes'),
  depth: z.int().min(1).max(1000).default(1).describe('messages kept for slow readers'),
});

const direction = z
  .strictObject({
    /** A camera_info file of ROS (YAML). */
    calibration: z.string().min(1).meta({ path: true }).optional(),
    cameraInfo: topic
      .optional()
      .describe(
        'topic of sensor_msgs/CameraInfo; by default the one beside the image topic that is the source',
      ),
    rectified: z.boolean().default(false).describe('the images are rectified already: the lens is ideal'),
  })
  .refine(
    ({ calibration, cameraInfo }) => calibration === undefined || cameraInfo === undefined,
    'give calibration or cameraInfo, not both',
  );

const image = z.strictObject({
  fps: z.number().min(0.1).max(60).default(5).describe('pictures a second at most'),
  width: z.int().min(64).max(4096).default(640).describe('wider pictures are scaled down to it'),
  quality: z.int().min(1).max(100).default(75).describe('of the JPEG'),
});

/** How the service is a ROS 2 node. Unknown keys are errors. */
export const rosOptionsSchema = z.strictObject({
  name: nodeName.default('tagalong'),
  namespace: namespace.default('/').describe('of the node and its topics'),
  frameId: z
    .string()
    .max(255)
    .default('camera')
    .describe("frame_id of the headers: the camera's optical frame; images of a topic bring their own"),
  remap: z
    .array(remapping)
    .default([])
    .describe('names of topics and services that are to be others, as FROM:=TO'),
  autostart: z
    .boolean()
    .default(true)
    .describe(
      'active from the start; false: a lifecycle manager or a launch file configures and activates it',
    ),
  backend: z
    .enum(['auto', 'rclnodejs', 'dds'])
    .default('auto')
    .describe('auto: rclnodejs where a ROS is sourced and rclnodejs installed for it, else DDS'),
  domainId: z.int().min(0).max(232).optional().describe('by default ROS_DOMAIN_ID, or 0'),
  graph: z
    .enum(['auto', 'humble', 'iron-or-later'])
    .default('auto')
    .describe(
      "form of the messages by which nodes know of each other; auto: Humble's where ROS_DISTRO is humble",
    ),
  boxes: boxes.prefault({}).describe('quality of service of tracker/bbox, tracker/roi and tracker/direction'),
  direction: direction.optional().describe('publish where the target is as a unit vector; off when left out'),
  image: image.optional().describe('publish pictures with the box drawn; off when left out'),
});

export type RosOptions = z.output<typeof rosOptionsSchema>;

/** Whether a text can be the name of a topic. */
export function isTopic(text: string): boolean {
  return topicPattern.test(text);
}
