import type { Box, Size } from '../../core/geometry/box.js';
import type { Random } from '../../core/random.js';
import type { Area } from './channel.js';

/** Sides of the window as a share of the frame's. */
const windowShare = 0.7;

/**
 * Two windows on the picture, `share` of the frame apart, along one axis or both: moving from one to the other looks like a
 * camera that jumps. All boxes of `before` lie in the first, all of `after` in the second.
 * @returns null when there are none such.
 */
export function jumpWindows(
  { before, after }: { readonly before: readonly Box[]; readonly after: readonly Box[] },
  frame: Size,
  share: number,
  random: Random,
): { before: Area; after: Area } | null {
  const width = even(windowShare * frame.width);
  const height = even(windowShare * frame.height);
  const directions = [-1, 0, 1].flatMap((x) => [-1, 0, 1].map((y) => ({ x, y })));
  const found = directions
    .filter(({ x, y }) => x !== 0 || y !== 0)
    .flatMap((direction) => {
      const shift = {
        x: direction.x * even(share * frame.width),
        y: direction.y * even(share * frame.height),
      };
      const across = starts(
        [...spans(before, 'x'), ...spans(after, 'x', shift.x)],
        { frame: frame.width, window: width },
        shift.x,
      );
      const down = starts(
        [...spans(before, 'y'), ...spans(after, 'y', shift.y)],
        { frame: frame.height, window: height },
        shift.y,
      );
      return across && down ? [{ shift, across, down }] : [];
    });
  if (found.length === 0) return null;
  const { shift, across, down } = random.pick(found);
  const x = even(random.uniform(across.least, across.most));
  const y = even(random.uniform(down.least, down.most));
  return { before: { x, y, width, height }, after: { x: x + shift.x, y: y + shift.y, width, height } };
}

/** Where boxes begin and end on one axis, moved back by `shift`. */
function spans(boxes: readonly Box[], axis: 'x' | 'y', shift = 0): { from: number; to: number }[] {
  return boxes.map(({ cx, cy, width, height }) => {
    const [centre, size] = axis === 'x' ? [cx, width] : [cy, height];
    return { from: centre - size / 2 - shift, to: centre + size / 2 - shift };
  });
}

/** Places of the first window, so that all spans lie in it and its shifted twin lies in the frame. */
function starts(
  all: readonly { readonly from: number; readonly to: number }[],
  { frame, window }: { readonly frame: number; readonly window: number },
  shift: number,
): { least: number; most: number } | null {
  const least = Math.max(0, -shift, ...all.map(({ to }) => to - window));
  const most = Math.min(frame - window, frame - window - shift, ...all.map(({ from }) => from));
  // whole even pixels lie between
  return 2 * Math.ceil(least / 2) <= most ? { least: 2 * Math.ceil(least / 2), most } : null;
}

function even(value: number): number {
  return 2 * Math.floor(value / 2);
}
