/**
 * A direction or rate in a right-handed frame of the aerospace convention. Body: x forward along the optical axis, y right,
 * z down. Base (what the gimbal's angles count from): x ahead or north, y right or east, z down.
 */
export interface Vector3 {
  readonly x: number;
  readonly y: number;
  readonly z: number;
}

export const zeroVector: Vector3 = { x: 0, y: 0, z: 0 };

export function dot3(a: Vector3, b: Vector3): number {
  return a.x * b.x + a.y * b.y + a.z * b.z;
}

export function length3(a: Vector3): number {
  return Math.hypot(a.x, a.y, a.z);
}

/** a + scale b */
export function addScaled(a: Vector3, b: Vector3, scale: number): Vector3 {
  return { x: a.x + scale * b.x, y: a.y + scale * b.y, z: a.z + scale * b.z };
}

export function scaled(a: Vector3, scale: number): Vector3 {
  return { x: a.x * scale, y: a.y * scale, z: a.z * scale };
}

/** Unit vector; the x axis where the length is zero. */
export function unit3(a: Vector3): Vector3 {
  const length = length3(a);
  return length > 0 ? scaled(a, 1 / length) : { x: 1, y: 0, z: 0 };
}
