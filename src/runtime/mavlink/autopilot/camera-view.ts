import { readFile } from 'node:fs/promises';
import { UsageError } from '../../../core/errors.js';
import type { Point, Size } from '../../../core/geometry/box.js';
import {
  directionOf,
  intrinsicsOfView,
  scaleIntrinsics,
  type Intrinsics,
} from '../../../core/gimbal/pinhole.js';
import { parseCameraInfo } from '../../gimbal/camera-info.js';
import type { MavlinkOptions } from '../options.js';

/** Where a pixel of the tracked picture looks. */
export interface CameraView {
  /** Angle from the left edge to the right one, degrees. */
  readonly horizontalDegrees: number;
  /** False: the camera was calibrated for pictures of another shape; nothing can be told of this one. */
  fits(size: Size): boolean;
  /** Tangents of the angles to the optical axis, right and down positive, lens distortion taken out. Only for what fits. */
  tangents(pixel: Point, size: Size): Point;
}

/** A camera of which only the horizontal field of view is known. */
export function viewOfAngle(horizontalDegrees: number): CameraView {
  const intrinsicsFor = (size: Size): Intrinsics =>
    intrinsicsOfView(size, (horizontalDegrees * Math.PI) / 180);
  return { horizontalDegrees, fits: () => true, tangents: (pixel, size) => look(intrinsicsFor(size), pixel) };
}

/** A calibrated camera. */
export function viewOfIntrinsics(intrinsics: Intrinsics): CameraView {
  const { width, fx, cx } = intrinsics;
  return {
    horizontalDegrees: ((Math.atan(cx / fx) + Math.atan((width - cx) / fx)) * 180) / Math.PI,
    fits: (size) => {
      try {
        scaleIntrinsics(intrinsics, size);
        return true;
      } catch (error) {
        if (error instanceof UsageError) return false;
        throw error;
      }
    },
    tangents: (pixel, size) => look(scaleIntrinsics(intrinsics, size), pixel),
  };
}

/**
 * The view that is configured; null: none is.
 * @throws UsageError for a calibration that cannot be read.
 */
export async function openView({
  calibration,
  horizontalFovDegrees,
}: MavlinkOptions['camera']): Promise<CameraView | null> {
  if (calibration === undefined)
    return horizontalFovDegrees === undefined ? null : viewOfAngle(horizontalFovDegrees);
  const text = await readFile(calibration, 'utf8').catch((cause: unknown) => {
    const missing = (cause as NodeJS.ErrnoException).code === 'ENOENT';
    const why = missing ? 'no such file' : (cause as Error).message;
    throw new UsageError(`mavlink.camera.calibration "${calibration}": ${why}`, { cause });
  });
  return viewOfIntrinsics(parseCameraInfo(text, calibration));
}

function look(intrinsics: Intrinsics, pixel: Point): Point {
  const forward = directionOf(intrinsics, pixel);
  return { x: forward.y / forward.x, y: forward.z / forward.x };
}
