import { common } from 'mavlink-mappings';
import type { Track } from '../../../core/tracking/track.js';
import { message } from '../message.js';
import type { CameraView } from './camera-view.js';

/**
 * LANDING_TARGET for ArduPilot's precision landing (AC_PrecLand_Companion): angles beside the optical axis, radians, right and
 * down in the picture positive; the camera looks down, the picture's top towards the nose. Its time is the frame's. The
 * distance comes from the apparent width where the real one is known, else 0: the autopilot has a rangefinder, or guesses.
 * @returns null for a target that is not seen in this very frame: nobody lands on a prediction.
 */
export function landingTarget(
  { state, box, frame }: Track,
  view: CameraView,
  targetWidthMetres: number | null,
): common.LandingTarget | null {
  if (state !== 'tracking' || !box || !view.fits(frame)) return null;
  const centre = view.tangents({ x: box.cx, y: box.cy }, frame);
  // 1. the target's sides, where they are
  const left = view.tangents({ x: box.cx - box.width / 2, y: box.cy }, frame);
  const right = view.tangents({ x: box.cx + box.width / 2, y: box.cy }, frame);
  const top = view.tangents({ x: box.cx, y: box.cy - box.height / 2 }, frame);
  const bottom = view.tangents({ x: box.cx, y: box.cy + box.height / 2 }, frame);
  // 2. along the optical axis, then along the line of sight
  const width = right.x - left.x;
  const depth = targetWidthMetres === null || !(width > 0) ? 0 : targetWidthMetres / width;
  return message(common.LandingTarget, {
    timeUsec: frame.capturedAtNs / 1000n,
    frame: common.MavFrame.BODY_FRD,
    angleX: Math.atan(centre.x),
    angleY: Math.atan(centre.y),
    distance: depth * Math.hypot(1, centre.x, centre.y),
    sizeX: Math.atan(right.x) - Math.atan(left.x),
    sizeY: Math.atan(bottom.y) - Math.atan(top.y),
    q: [1, 0, 0, 0],
    type: common.LandingTargetType.VISION_OTHER,
  });
}
