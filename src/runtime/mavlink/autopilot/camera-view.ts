import type { Point, Size } from '../../../core/geometry/box.js';
import {
  directionOf,
  intrinsicsOfView,
  scaleIntrinsics,
  type Intrinsics,
} from '../../../core/gimbal/pinhole.js';

/** Where a pixel of the tracked picture looks. */
export interface CameraView {
  /** Tangents of the angles to the optical axis, right and down positive, lens distortion taken out. */
  tangents(pixel: Point, size: Size): Point;
}

/** A camera of which only the horizontal field of view is known. */
export function viewOfAngle(horizontalDegrees: number): CameraView {
  return viewOf((size) => intrinsicsOfView(size, (horizontalDegrees * Math.PI) / 180));
}

/** A calibrated camera. `tangents` throws UsageError for a picture of another shape than the calibration's. */
export function viewOfIntrinsics(intrinsics: Intrinsics): CameraView {
  return viewOf((size) => scaleIntrinsics(intrinsics, size));
}

function viewOf(intrinsicsFor: (size: Size) => Intrinsics): CameraView {
  return {
    tangents: (pixel, size) => {
      const forward = directionOf(intrinsicsFor(size), pixel);
      return { x: forward.y / forward.x, y: forward.z / forward.x };
    },
  };
}
