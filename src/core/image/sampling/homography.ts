import type { Size } from '../../geometry/box.js';
import { lastPosition, positionBits, type Span } from './position.js';
import type { Tables } from './tables.js';

/**
 * Projective 3x3 matrix, nine numbers row by row: crop pixel coordinates (x, y, 1) -> homogeneous image coordinates
 * (X w, Y w, w), continuous on both sides (pixel i covers [i, i+1)).
 */
export type Homography = readonly number[];

/**
 * Maps the points (x + offsetX, y) of all columns x of a crop row into the image and writes their positions into the tables (one more than `size`: columns are worked on in pairs).
 * Returns the columns whose point lies inside the image: one run, as a line meets a convex image in one piece.
 */
export function traceRow(
  matrix: Homography,
  offsetX: number,
  y: number,
  size: number,
  { width, height }: Size,
  { positions, capacity }: Tables,
): Span {
  const [a = 0, b = 0, c = 0, d = 0, e = 0, f = 0, g = 0, h = 0, i = 0] = matrix;
  const xStart = b * y + c;
  const yStart = e * y + f;
  const wStart = h * y + i;
  const lastX = lastPosition(width);
  const lastY = lastPosition(height);
  let from = size;
  let to = 0;
  for (let column = 0; column <= size; column++) {
    const x = column + offsetX;
    const w = g * x + wStart;
    const inverse = 1 / w;
    const imageX = (a * x + xStart) * inverse;
    const imageY = (d * x + yStart) * inverse;
    if (column < size && w > 0 && imageX >= 0 && imageX < width && imageY >= 0 && imageY < height) {
      if (column < from) from = column;
      to = column + 1;
    }
    const positionX = (imageX * one - toFirstCentre) | 0;
    const positionY = (imageY * one - toFirstCentre) | 0;
    positions[column] = positionX < 0 ? 0 : positionX > lastX ? lastX : positionX;
    positions[column + capacity] = positionY < 0 ? 0 : positionY > lastY ? lastY : positionY;
  }
  return { from: Math.min(from, to), to };
}

/** True when the centres of all crop pixels map into the image: the four corners tell, as both shapes are convex. */
export function mapsInside(matrix: Homography, size: number, image: Size): boolean {
  const first = 0.5;
  const last = size - 0.5;
  return (
    mapsPointInside(matrix, first, first, image) &&
    mapsPointInside(matrix, last, first, image) &&
    mapsPointInside(matrix, first, last, image) &&
    mapsPointInside(matrix, last, last, image)
  );
}

const one = 1 << positionBits;
/** Half a pixel, less half a unit: truncation then rounds. */
const toFirstCentre = (one - 1) / 2;

function mapsPointInside(matrix: Homography, x: number, y: number, { width, height }: Size): boolean {
  const [a = 0, b = 0, c = 0, d = 0, e = 0, f = 0, g = 0, h = 0, i = 0] = matrix;
  const w = g * x + h * y + i;
  const imageX = (a * x + b * y + c) / w;
  const imageY = (d * x + e * y + f) / w;
  return w > 0 && imageX >= 0 && imageX < width && imageY >= 0 && imageY < height;
}
