import { conjugate, rotate, toEuler, type Quaternion } from './quaternion.js';
import { dot3, type Vector3 } from './vector.js';

/** Radians and rad/s. */
export interface LineOfSightError {
  /** As seen in the picture: right of and above its middle. */
  readonly across: number;
  readonly up: number;
  /** What each axis has to turn for it, and how fast the target runs away along it. */
  readonly yaw: number;
  readonly pitch: number;
  readonly yawRate: number;
  readonly pitchRate: number;
}

/** Near straight down a turn of yaw hardly moves the line of sight; its gain grows no further than this. */
const leastCosine = 0.25;

/**
 * How far a gimbal that looks along `orientation` is off a target in `direction` that turns by `rate` (both in the base
 * frame). Taken in the camera's frame: there nothing is singular but the scale of yaw, which is bounded.
 */
export function lineOfSightError(
  orientation: Quaternion,
  direction: Vector3,
  rate: Vector3,
): LineOfSightError {
  const toBody = conjugate(orientation);
  const target = rotate(toBody, direction);
  const moving = rotate(toBody, rate);
  const across = Math.atan2(target.y, target.x);
  const up = Math.atan2(-target.z, Math.hypot(target.x, target.y));
  // the picture's axes at the target: to the right, and up
  const right = { x: -Math.sin(across), y: Math.cos(across), z: 0 };
  const above = {
    x: -Math.sin(up) * Math.cos(across),
    y: -Math.sin(up) * Math.sin(across),
    z: -Math.cos(up),
  };
  const scale = 1 / Math.max(leastCosine, Math.cos(toEuler(orientation).pitch));
  return {
    ...{ across, up },
    yaw: across * scale,
    pitch: up,
    yawRate: dot3(moving, right) * scale,
    pitchRate: dot3(moving, above),
  };
}
