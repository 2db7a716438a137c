import type { Point } from '../../../core/geometry/box.js';

/** What the vehicle is told: along its nose, and around the vertical. */
export interface Setpoint {
  /** m/s, forward positive. */
  readonly forward: number;
  /** rad/s, clockwise from above positive. */
  readonly yawRate: number;
}

export interface FollowLimits {
  /** m/s */
  readonly maxSpeed: number;
  /** m/s² */
  readonly maxAcceleration: number;
  /** deg/s */
  readonly maxYawRateDegrees: number;
  /** 1/s */
  readonly yawGain: number;
  /** m/s for each halving of the apparent size */
  readonly distanceGain: number;
}

export const standstill: Setpoint = { forward: 0, yawRate: 0 };

/**
 * Proportional: the nose turns to the target; the speed goes by the logarithm of its apparent size against that at the
 * beginning, so that twice as far and half as far weigh the same. Height is never touched. The hard limits come last.
 * @param bearing tangents beside the optical axis.
 * @param apparent size against that at the beginning, 1: as far as then.
 * @param elapsed seconds since the last set-point.
 */
export function followLaw(
  { bearing, apparent }: { readonly bearing: Point; readonly apparent: number },
  last: Setpoint,
  elapsed: number,
  { maxSpeed, maxAcceleration, maxYawRateDegrees, yawGain, distanceGain }: FollowLimits,
): Setpoint {
  const wanted = -distanceGain * Math.log2(apparent);
  // a target far beside the nose is turned to first: forward would be the wrong way
  const ahead = Math.max(0, Math.cos(2 * Math.atan(bearing.x)));
  const speed = clamp(wanted * ahead, maxSpeed);
  const change = maxAcceleration * Math.max(0, elapsed);
  const forward = clamp(last.forward + clamp(speed - last.forward, change), maxSpeed);
  const yawRate = clamp(yawGain * Math.atan(bearing.x), (maxYawRateDegrees * Math.PI) / 180);
  return Number.isFinite(forward) && Number.isFinite(yawRate) ? { forward, yawRate } : standstill;
}

function clamp(value: number, limit: number): number {
  return Math.min(limit, Math.max(-limit, value));
}
