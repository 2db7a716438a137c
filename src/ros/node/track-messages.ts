import { boxToCorner, clamp, type Box } from '../../core/geometry/box.js';
import { directionOf, type Intrinsics } from '../../core/gimbal/pinhole.js';
import type { Track } from '../../core/tracking/track.js';
import type { RosMessage } from '../backend.js';

/** The one hypothesis' class: what a person has selected. Whether it is seen or only predicted is in the state. */
const className = 'target';

/** `vision_msgs/msg/Detection2D`: image pixels, centre and size, the target's number as id. */
export function detectionOf(track: Track, box: Box, header: RosMessage): RosMessage {
  return {
    header,
    results: [{ hypothesis: { class_id: className, score: track.confidence }, pose: unknownPose }],
    bbox: { center: { position: { x: box.cx, y: box.cy }, theta: 0 }, size_x: box.width, size_y: box.height },
    id: String(track.target),
  };
}

/** `sensor_msgs/msg/RegionOfInterest`: the whole pixels the box touches, cut to the image; null: none of the image. */
export function regionOf(track: Track, box: Box): RosMessage | null {
  const { width, height } = track.frame;
  const { x, y } = boxToCorner(box);
  const left = clamp(Math.floor(x), 0, width);
  const top = clamp(Math.floor(y), 0, height);
  const right = clamp(Math.ceil(x + box.width), 0, width);
  const bottom = clamp(Math.ceil(y + box.height), 0, height);
  if (right <= left || bottom <= top) return null;
  return {
    ...{ x_offset: left, y_offset: top, width: right - left, height: bottom - top },
    do_rectify: false,
  };
}

/**
 * `geometry_msgs/msg/Vector3Stamped`: unit vector to the middle of the box in the camera's optical frame (REP 103: x right,
 * y down, z forward).
 */
export function directionMessage(intrinsics: Intrinsics, { cx, cy }: Box, header: RosMessage): RosMessage {
  const { x: forward, y: right, z: down } = directionOf(intrinsics, { x: cx, y: cy });
  return { header, vector: { x: right, y: down, z: forward } };
}

/** A pose nobody knows: at the origin, unturned. */
const unknownPose = {
  pose: { position: { x: 0, y: 0, z: 0 }, orientation: { x: 0, y: 0, z: 0, w: 1 } },
  covariance: new Float64Array(36),
};
