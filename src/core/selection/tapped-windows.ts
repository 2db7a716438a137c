import type { Box, Point, Size } from '../geometry/box.js';
import type { Window } from '../objectness/contour-scorer.js';
import type { TappedPicture, WindowFacts } from './tapped-picture.js';

/** A window that may hold what was tapped. */
export interface TappedWindow {
  /** Image pixels. */
  readonly box: Box;
  readonly facts: WindowFacts;
}

const [sizeStep, aspectStep, aspectSteps, shift] = [1.15, 1.32, 4, 0.16];
const steps = [-1, 0, 1];
const shifts = steps.flatMap((x) => steps.map((y) => ({ x: shift * x, y: shift * y })));

/** Windows of all sizes and aspect ratios, with the tapped point in their centre or a sixth of a side off it. */
export function* tappedWindows(picture: TappedPicture): Generator<TappedWindow> {
  const { point, least, most } = picture;
  for (let side = least; side <= most; side *= sizeStep) {
    for (let aspect = -aspectSteps; aspect <= aspectSteps; aspect++) {
      const root = Math.sqrt(aspectStep ** aspect);
      const size = { width: side * root, height: side / root };
      for (const { x, y } of shifts) {
        const window = windowAround({ x: point.x + x * size.width, y: point.y + y * size.height }, size);
        if (!fits(window, picture)) continue;
        const centred = x === 0 && y === 0;
        yield { box: picture.toImage(window), facts: picture.factsOf(window, centred) };
      }
    }
  }
}

function windowAround(centre: Point, { width, height }: Size): Window {
  const left = Math.round(centre.x - width / 2);
  const top = Math.round(centre.y - height / 2);
  return { left, top, right: left + Math.round(width), bottom: top + Math.round(height) };
}

function fits({ left, top, right, bottom }: Window, { width, height }: Size): boolean {
  return left >= 0 && top >= 0 && right <= width && bottom <= height;
}
