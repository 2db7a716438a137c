import { UsageError } from '../../core/errors.js';
import { boxFromCorner, type Box } from '../../core/geometry/box.js';
import { decimal } from './numbers.js';

/** Reads `x,y,width,height`: top-left corner and size in image pixels. @throws UsageError quoting the text. */
export function parseBox(text: string): Box {
  const numbers = text.split(',').map((part) => decimal(part));
  const [x, y, width, height] = numbers;
  const complete = numbers.length === 4 && numbers.every(Number.isFinite);
  if (!complete || x === undefined || y === undefined || width === undefined || height === undefined) {
    throw new UsageError(`--box "${text}": must be four numbers x,y,width,height`);
  }
  if (!(width > 0 && height > 0)) {
    throw new UsageError(`--box "${text}": width and height must be positive`);
  }
  return boxFromCorner({ x, y, width, height });
}
