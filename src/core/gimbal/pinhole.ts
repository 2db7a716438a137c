import { UsageError } from '../errors.js';
import type { Point, Size } from '../geometry/box.js';
import { unit3, type Vector3 } from './vector.js';

/** A pinhole camera with the `plumb_bob` distortion of OpenCV and ROS. */
export interface Intrinsics extends Size {
  /** Focal lengths and principal point in pixels, continuous coordinates: the image's middle is (width / 2, height / 2). */
  readonly fx: number;
  readonly fy: number;
  readonly cx: number;
  readonly cy: number;
  /** k1, k2, p1, p2, k3. */
  readonly distortion: readonly [number, number, number, number, number];
}

/** A camera of which only the horizontal field of view is known, radians: square pixels, no distortion. */
export function intrinsicsOfView(size: Size, horizontal: number): Intrinsics {
  const focal = size.width / 2 / Math.tan(horizontal / 2);
  return {
    ...size,
    fx: focal,
    fy: focal,
    cx: size.width / 2,
    cy: size.height / 2,
    distortion: [0, 0, 0, 0, 0],
  };
}

/**
 * The same camera delivering frames of another size, scaled as a whole.
 * @param option the setting that named the camera
 * @throws UsageError where the shape differs: what was cut off the picture cannot be known.
 */
export function scaleIntrinsics(intrinsics: Intrinsics, size: Size, option = 'gimbal.camera'): Intrinsics {
  const scaleX = size.width / intrinsics.width;
  const scaleY = size.height / intrinsics.height;
  if (scaleX === 1 && scaleY === 1) return intrinsics;
  if (Math.abs(scaleX / scaleY - 1) > 0.01) {
    throw new UsageError(
      `${option}: calibrated at ${intrinsics.width}x${intrinsics.height}, but frames are ${size.width}x${size.height}: ` +
        'another shape of picture needs a calibration of its own',
    );
  }
  const { fx, fy, cx, cy, distortion } = intrinsics;
  return { ...size, fx: fx * scaleX, fy: fy * scaleY, cx: cx * scaleX, cy: cy * scaleY, distortion };
}

/** Image point (continuous pixels) to the direction it shows: unit vector in the body frame (forward, right, down). */
export function directionOf(intrinsics: Intrinsics, { x, y }: Point): Vector3 {
  const undistorted = undistort(intrinsics, {
    x: (x - intrinsics.cx) / intrinsics.fx,
    y: (y - intrinsics.cy) / intrinsics.fy,
  });
  return unit3({ x: 1, y: undistorted.x, z: undistorted.y });
}

/** A direction in the body frame to the image point that shows it; null behind the camera. */
export function imagePointOf(intrinsics: Intrinsics, { x, y, z }: Vector3): Point | null {
  if (x <= 1e-6) return null;
  const { x: u, y: v } = distort(intrinsics, { x: y / x, y: z / x });
  return { x: intrinsics.cx + intrinsics.fx * u, y: intrinsics.cy + intrinsics.fy * v };
}

/** Brown-Conrady as in OpenCV's calib3d: radial k1 k2 k3, tangential p1 p2; normalised coordinates. */
function distort({ distortion: [k1, k2, p1, p2, k3] }: Intrinsics, { x, y }: Point): Point {
  const r2 = x * x + y * y;
  const radial = 1 + r2 * (k1 + r2 * (k2 + r2 * k3));
  return {
    x: x * radial + 2 * p1 * x * y + p2 * (r2 + 2 * x * x),
    y: y * radial + p1 * (r2 + 2 * y * y) + 2 * p2 * x * y,
  };
}

/** The inverse, by fixed-point iteration as OpenCV does it; distortion of lenses converges in a few rounds. */
function undistort(intrinsics: Intrinsics, distorted: Point): Point {
  if (intrinsics.distortion.every((k) => k === 0)) return distorted;
  let { x, y } = distorted;
  for (let round = 0; round < 12; round++) {
    const again = distort(intrinsics, { x, y });
    x += distorted.x - again.x;
    y += distorted.y - again.y;
  }
  // a point far outside the calibrated picture may not converge: better a little off than wild
  return Number.isFinite(x) && Number.isFinite(y) && Math.hypot(x, y) < 20 ? { x, y } : distorted;
}
