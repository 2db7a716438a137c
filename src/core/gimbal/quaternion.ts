import type { Vector3 } from './vector.js';

/** Unit quaternion, Hamilton convention; rotates vectors of the body frame into the base frame. */
export interface Quaternion {
  readonly w: number;
  readonly x: number;
  readonly y: number;
  readonly z: number;
}

/** Radians, applied in the order yaw (right positive), pitch (up positive), roll (right side down positive). */
export interface EulerAngles {
  readonly yaw: number;
  readonly pitch: number;
  readonly roll: number;
}

export const identity: Quaternion = { w: 1, x: 0, y: 0, z: 0 };

export function fromEuler({ yaw, pitch, roll }: EulerAngles): Quaternion {
  const [cy, sy] = [Math.cos(yaw / 2), Math.sin(yaw / 2)];
  const [cp, sp] = [Math.cos(pitch / 2), Math.sin(pitch / 2)];
  const [cr, sr] = [Math.cos(roll / 2), Math.sin(roll / 2)];
  return {
    w: cr * cp * cy + sr * sp * sy,
    x: sr * cp * cy - cr * sp * sy,
    y: cr * sp * cy + sr * cp * sy,
    z: cr * cp * sy - sr * sp * cy,
  };
}

export function toEuler({ w, x, y, z }: Quaternion): EulerAngles {
  const sinPitch = Math.min(1, Math.max(-1, 2 * (w * y - z * x)));
  return {
    yaw: Math.atan2(2 * (w * z + x * y), 1 - 2 * (y * y + z * z)),
    pitch: Math.asin(sinPitch),
    roll: Math.atan2(2 * (w * x + y * z), 1 - 2 * (x * x + y * y)),
  };
}

/** First b, then a. */
export function multiply(a: Quaternion, b: Quaternion): Quaternion {
  return {
    w: a.w * b.w - a.x * b.x - a.y * b.y - a.z * b.z,
    x: a.w * b.x + a.x * b.w + a.y * b.z - a.z * b.y,
    y: a.w * b.y - a.x * b.z + a.y * b.w + a.z * b.x,
    z: a.w * b.z + a.x * b.y - a.y * b.x + a.z * b.w,
  };
}

export function conjugate({ w, x, y, z }: Quaternion): Quaternion {
  return { w, x: -x, y: -y, z: -z };
}

/** Body to base. */
export function rotate(q: Quaternion, v: Vector3): Vector3 {
  // v + 2 w (u x v) + 2 u x (u x v)
  const cx = 2 * (q.y * v.z - q.z * v.y);
  const cy = 2 * (q.z * v.x - q.x * v.z);
  const cz = 2 * (q.x * v.y - q.y * v.x);
  return {
    x: v.x + q.w * cx + q.y * cz - q.z * cy,
    y: v.y + q.w * cy + q.z * cx - q.x * cz,
    z: v.z + q.w * cz + q.x * cy - q.y * cx,
  };
}

/** Null where it is too far from unit length to mean anything, or not finite. */
export function normaliseQuaternion({ w, x, y, z }: Quaternion): Quaternion | null {
  const length = Math.hypot(w, x, y, z);
  if (!(length > 0.5 && length < 2)) return null;
  return { w: w / length, x: x / length, y: y / length, z: z / length };
}

/** Spherical interpolation along the shorter way (Shoemake, 1985); share 0 is a, 1 is b. */
export function slerp(a: Quaternion, b: Quaternion, share: number): Quaternion {
  const cosine = a.w * b.w + a.x * b.x + a.y * b.y + a.z * b.z;
  const sign = cosine < 0 ? -1 : 1;
  const angle = Math.acos(Math.min(1, Math.abs(cosine)));
  const sine = Math.sin(angle);
  const [wa, wb] =
    sine < 1e-6
      ? [1 - share, sign * share]
      : [Math.sin((1 - share) * angle) / sine, (sign * Math.sin(share * angle)) / sine];
  const sum = {
    w: wa * a.w + wb * b.w,
    x: wa * a.x + wb * b.x,
    y: wa * a.y + wb * b.y,
    z: wa * a.z + wb * b.z,
  };
  return normaliseQuaternion(sum) ?? a;
}

/** Into -pi .. pi. */
export function wrapAngle(angle: number): number {
  return angle - 2 * Math.PI * Math.round(angle / (2 * Math.PI));
}
