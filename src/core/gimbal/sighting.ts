import type { Track, TrackState } from '../tracking/track.js';
import { directionOf, scaleIntrinsics, type Intrinsics } from './pinhole.js';
import { rotate, type Quaternion } from './quaternion.js';
import type { Vector3 } from './vector.js';

/** A track, as a gimbal sees it. */
export interface Sighting {
  readonly state: TrackState;
  /** Number of the selection. */
  readonly target: number;
  /** Seconds of CLOCK_MONOTONIC: when the picture was taken. */
  readonly timeS: number;
  /** Towards the box's centre, in the camera's body frame; null without a box. */
  readonly direction: Vector3 | null;
  /** Standard deviation of that direction, radians. */
  readonly sigma: number;
}

/** The box's centre wanders within the target by about so many of its sides. */
const centreSigma = 0.03;

/** Turns tracks into sightings: intrinsics for the frame's size, and how the camera is mounted on the gimbal. */
export class SightingReader {
  readonly #calibrated: Intrinsics;
  readonly #mounting: Quaternion;
  #intrinsics: Intrinsics;

  /** @param mounting optical body frame to the gimbal's; identity where the camera looks where the gimbal points */
  constructor(intrinsics: Intrinsics, mounting: Quaternion) {
    this.#calibrated = intrinsics;
    this.#intrinsics = intrinsics;
    this.#mounting = mounting;
  }

  /** @throws UsageError where the frame's shape is not the calibration's */
  read({ state, box, confidence, frame, target }: Track): Sighting {
    if (this.#intrinsics.width !== frame.width || this.#intrinsics.height !== frame.height) {
      this.#intrinsics = scaleIntrinsics(this.#calibrated, frame);
    }
    const timeS = Number(frame.capturedAtNs) / 1e9;
    if (!box) return { state, target, timeS, direction: null, sigma: 0 };
    const direction = rotate(this.#mounting, directionOf(this.#intrinsics, { x: box.cx, y: box.cy }));
    const side = Math.max(8, Math.sqrt(box.width * box.height));
    const sigma = (centreSigma * side) / this.#intrinsics.fx / Math.max(0.2, confidence);
    return { state, target, timeS, direction, sigma };
  }
}
