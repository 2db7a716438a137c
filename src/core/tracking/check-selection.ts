import { UsageError } from '../errors.js';
import { boxToCorner, isValidBox, type Box, type Size } from '../geometry/box.js';

/**
 * Refuses a selection that cannot be followed.
 * @param origin the option or command it came from, for the message.
 * @throws UsageError quoting the box when it is not finite, has no area, or its centre lies outside the frame.
 */
export function checkSelection(box: Box, frame: Size, origin: string): void {
  const { x, y, width, height } = boxToCorner(box);
  const quoted = `${origin} ${x},${y},${width},${height}`;
  if (!isValidBox(box)) throw new UsageError(`${quoted}: needs four finite numbers and a positive size`);
  const inside = box.cx >= 0 && box.cx <= frame.width && box.cy >= 0 && box.cy <= frame.height;
  if (inside) return;
  const apart = x >= frame.width || y >= frame.height || x + width <= 0 || y + height <= 0;
  const problem = apart ? 'lies outside' : 'has its centre outside';
  throw new UsageError(`${quoted}: ${problem} the ${frame.width}x${frame.height} frame`);
}
