import { boxToCorner, clamp, type Box } from '../../core/geometry/box.js';
import type { Track } from '../../core/tracking/track.js';
import type { RosMessage } from '../backend.js';

/** `std_msgs/msg/Header`. */
export interface Stamp {
  readonly sec: number;
  readonly nanosec: number;
}

const nsPerSecond = 1_000_000_000n;

/** Nanoseconds since 1970 as builtin_interfaces/Time. */
export function stampOf(ns: bigint): Stamp {
  return { sec: Number(ns / nsPerSecond), nanosec: Number(ns % nsPerSecond) };
}

/** The one hypothesis' class: what a person has selected. Whether it is seen or only predicted is in the state. */
const className = 'target';

/** `vision_msgs/msg/Detection2D`: image pixels, centre and size, the target's number as id. */
export function detectionOf(track: Track, box: Box, stamp: Stamp, frameId: string): RosMessage {
  return {
    header: { stamp, frame_id: frameId },
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

/** A pose nobody knows: at the origin, unturned. */
const unknownPose = {
  pose: { position: { x: 0, y: 0, z: 0 }, orientation: { x: 0, y: 0, z: 0, w: 1 } },
  covariance: new Float64Array(36),
};
