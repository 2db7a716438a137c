import { clamp } from '../geometry/box.js';
import type { FollowOptions } from './follow-options.js';
import { noRates, type AttitudeReport, type GimbalRates } from './gimbal-motion.js';
import { toEuler, wrapAngle, type Quaternion } from './quaternion.js';

const degree = Math.PI / 180;

/** Rate per angle on the way to a preset, 1/s, and the angle at which it is reached. */
const gain = 2;
const reached = 0.3 * degree;

/**
 * Rates towards the preset. Its yaw counts from the vehicle's nose: where the gimbal counts from north, the vehicle's heading
 * must be known, else yaw stays as it is.
 */
export function presetError(
  { pitch, yaw, rate }: NonNullable<FollowOptions['preset']>,
  orientation: Quaternion,
  { yawFrame, heading }: AttitudeReport,
): GimbalRates {
  const now = toEuler(orientation);
  const towards = (error: number): number =>
    Math.abs(error) < reached ? 0 : clamp(gain * error, -rate * degree, rate * degree);
  const nose = yawFrame === 'vehicle' ? 0 : heading;
  if (yaw === undefined || nose === null) return { ...noRates, pitch: towards(pitch * degree - now.pitch) };
  return {
    yaw: towards(wrapAngle(nose + yaw * degree - now.yaw)),
    pitch: towards(pitch * degree - now.pitch),
  };
}
