import { type Box, clamp, clampBox, type Size } from '../../geometry/box.js';
import type { Frame } from '../../image/frame.js';
import { CentreKalman } from '../kalman.js';
import type { Peak } from './decode-response.js';
import type { SiameseOptions } from './options.js';
import { meanSide, type Target } from './target.js';

/**
 * An unseen target is taken along by the camera's motion. Its filter's velocity holds the camera's of when it was last
 * seen; what the camera does differently since then is added to the place.
 */
export function followCamera(target: Target, frame: Frame, { egoMotion }: SiameseOptions): void {
  if (egoMotion === 0) return;
  const { states } = target;
  const seen = states.state === 'tracking';
  if (seen && egoMotion < 2) {
    target.egoMotion.keep(frame);
    target.cameraVelocity = null;
    return;
  }
  const shift = target.egoMotion.shiftAt(frame, target.box);
  if (!shift) return;
  if (states.state === 'lost') {
    target.box = { ...target.box, cx: target.box.cx + shift.x, cy: target.box.cy + shift.y };
    return;
  }
  const before = target.cameraVelocity ?? shift;
  target.kalman.shift({ x: shift.x - before.x, y: shift.y - before.y });
  target.box = {
    ...target.box,
    cx: target.box.cx + shift.x - before.x,
    cy: target.box.cy + shift.y - before.y,
  };
  if (seen) target.cameraVelocity = shift;
  else target.cameraVelocity ??= shift;
}

/** The last box, moved ahead by (a share of) the velocity; a lost target stays where it was last believed. */
export function predict(target: Target, frame: Size, { motionWeight }: SiameseOptions): Box {
  const { box, kalman, states } = target;
  if (states.state === 'lost') return box;
  kalman.predict(meanSide(box));
  const ahead = movedAhead(target, states.state === 'coasting' ? 1 : motionWeight);
  return { ...ahead, cx: clamp(ahead.cx, 0, frame.width), cy: clamp(ahead.cy, 0, frame.height) };
}

/** Takes a seen box over, and its centre into the filter. */
export function believe(
  target: Target,
  seen: Box,
  frame: Size,
  {
    confidence,
    wasLost,
    minSide,
  }: { readonly confidence: number; readonly wasLost: boolean; readonly minSide: number },
): void {
  target.box = clampBox(seen, frame, minSide);
  const centre = { x: target.box.cx, y: target.box.cy };
  // a target found elsewhere did not fly there: it starts at rest
  if (wasLost) target.kalman = new CentreKalman(centre, meanSide(target.box));
  else target.kalman.correct(centre, meanSide(target.box), confidence);
}

/** Takes the prediction over, drawn towards what was faintly seen, the more the nearer it was to being enough. The size stays. */
export function coast(
  target: Target,
  faint: Box,
  frame: Size,
  confidence: number,
  { coastTrust, resumeAbove, minSide }: SiameseOptions,
): void {
  const ahead = movedAhead(target, 1);
  const trust = (coastTrust * confidence) / Math.max(resumeAbove, 1e-6);
  const cx = ahead.cx + trust * (faint.cx - ahead.cx);
  const cy = ahead.cy + trust * (faint.cy - ahead.cy);
  target.kalman.correct({ x: cx, y: cy }, meanSide(ahead), confidence);
  target.box = clampBox({ ...ahead, cx, cy }, frame, minSide);
}

/** The centre is taken as seen; the size moves by `sizeRate`, less when the change is implausible or the score low. */
export function blendSize(
  known: Box,
  { seen, peak }: { readonly seen: Box; readonly peak: Peak },
  { sizeRate }: SiameseOptions,
): Box {
  const rate = sizeRate * peak.penalty * peak.score;
  return {
    cx: seen.cx,
    cy: seen.cy,
    width: known.width + rate * (seen.width - known.width),
    height: known.height + rate * (seen.height - known.height),
  };
}

function movedAhead({ box, kalman }: Target, share: number): Box {
  const { x, y } = kalman.velocity;
  return { ...box, cx: box.cx + share * x, cy: box.cy + share * y };
}
