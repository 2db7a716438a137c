import type { PlaneMapping } from '../camera.js';
import { blendPixel, scalePixel } from './pixel.js';
import { subRows, type Surface } from './surface.js';
import type { Texture } from './texture.js';

/** Corners of a convex polygon: x0, y0, x1, y1, … in image coordinates; the first `count` corners are used. */
export interface Polygon {
  readonly points: Float64Array;
  readonly count: number;
}

/** Fills with one colour. */
export function fillFlat(surface: Surface, polygon: Polygon, colour: number): void {
  const { pixels, coverage, width } = surface;
  forEachRow(surface, polygon, (row, start, end) => {
    const base = row * width;
    for (let x = start; x < end; x++) {
      const amount = coverage[x]!;
      pixels[base + x] = amount === 256 ? colour : blendPixel(pixels[base + x]!, colour, amount);
    }
  });
}

/** Multiplies what is there by factor / 256: a shadow. */
export function fillShade(surface: Surface, polygon: Polygon, factor: number): void {
  const { pixels, coverage, width } = surface;
  forEachRow(surface, polygon, (row, start, end) => {
    const base = row * width;
    for (let x = start; x < end; x++) {
      const shade = 256 - (((256 - factor) * coverage[x]!) >> 8);
      pixels[base + x] = scalePixel(pixels[base + x]!, shade);
    }
  });
}

/** Fills with a texture seen in perspective, its colours times light / 256. */
export function fillTextured(
  surface: Surface,
  polygon: Polygon,
  { texture, mapping, light }: { texture: Texture; mapping: PlaneMapping; light: number },
): void {
  const { pixels, coverage, width } = surface;
  const { bits } = texture;
  const mask = (1 << bits) - 1;
  forEachRow(surface, polygon, (row, start, end) => {
    const base = row * width;
    const y = row + surface.originY + 0.5;
    for (let x = start; x < end; x++) {
      const imageX = x + surface.originX + 0.5;
      const w = mapping.wx * imageX + mapping.wy * y + mapping.w0;
      const u = (mapping.ux * imageX + mapping.uy * y + mapping.u0) / w;
      const v = (mapping.vx * imageX + mapping.vy * y + mapping.v0) / w;
      const texel = texture.pixels[((Math.floor(v) & mask) << bits) | (Math.floor(u) & mask)]!;
      pixels[base + x] = blendPixel(pixels[base + x]!, scalePixel(texel, light), coverage[x]!);
    }
  });
}

/** Calls `emit` for every row the polygon touches, with `surface.coverage` filled from `start` to `end`. */
function forEachRow(
  surface: Surface,
  polygon: Polygon,
  emit: (row: number, start: number, end: number) => void,
): void {
  const { first, last } = scanEdges(surface, polygon);
  const { left, right, coverage, width } = surface;
  for (let row = first; row < last; row++) {
    // 1. extent of the row: where it is touched at all, and where it is covered in full
    let outerLeft = Infinity;
    let innerLeft = -Infinity;
    let innerRight = Infinity;
    let outerRight = -Infinity;
    for (let k = row * subRows; k < (row + 1) * subRows; k++) {
      const l = left[k]!;
      const r = right[k]!;
      if (l < outerLeft) outerLeft = l;
      if (l > innerLeft) innerLeft = l;
      if (r < innerRight) innerRight = r;
      if (r > outerRight) outerRight = r;
    }
    const start = Math.max(0, Math.floor(outerLeft));
    const end = Math.min(width, Math.ceil(outerRight));
    if (!(start < end)) continue;
    // 2. coverage: 256 inside, the mean of the sub-scanlines at the edges
    const fullStart = Math.min(end, Math.max(start, Math.ceil(innerLeft)));
    const fullEnd = Math.max(fullStart, Math.min(end, Math.floor(innerRight)));
    for (let x = start; x < fullStart; x++) coverage[x] = coverageAt(surface, row, x);
    if (fullEnd > fullStart) coverage.fill(256, fullStart, fullEnd);
    for (let x = fullEnd; x < end; x++) coverage[x] = coverageAt(surface, row, x);
    emit(row, start, end);
  }
}

function coverageAt({ left, right }: Surface, row: number, x: number): number {
  let sum = 0;
  for (let k = row * subRows; k < (row + 1) * subRows; k++) {
    const inside = Math.min(right[k]!, x + 1) - Math.max(left[k]!, x);
    if (inside > 0) sum += inside;
  }
  return (sum * (256 / subRows)) | 0;
}

/** Scan conversion: writes the ends of the polygon on every sub-scanline of the rows `first` .. `last` - 1. */
function scanEdges(surface: Surface, { points, count }: Polygon): { first: number; last: number } {
  const { left, right, originX, originY } = surface;
  let top = Infinity;
  let bottom = -Infinity;
  for (let i = 0; i < count; i++) {
    const y = points[2 * i + 1]! - originY;
    if (y < top) top = y;
    if (y > bottom) bottom = y;
  }
  const first = Math.max(0, Math.floor(top));
  const last = Math.max(first, Math.min(surface.height, Math.ceil(bottom)));
  left.fill(1e9, first * subRows, last * subRows);
  right.fill(-1e9, first * subRows, last * subRows);
  for (let i = 0; i < count; i++) {
    const j = i + 1 === count ? 0 : i + 1;
    const down = points[2 * i + 1]! <= points[2 * j + 1]!;
    const a = down ? i : j;
    const b = down ? j : i;
    const ya = points[2 * a + 1]! - originY;
    const yb = points[2 * b + 1]! - originY;
    const from = Math.max(first * subRows, Math.ceil(ya * subRows - 0.5));
    const to = Math.min(last * subRows, Math.ceil(yb * subRows - 0.5));
    if (from >= to) continue;
    const slope = (points[2 * b]! - points[2 * a]!) / (yb - ya);
    const xa = points[2 * a]! - originX;
    for (let k = from; k < to; k++) {
      const x = xa + ((k + 0.5) / subRows - ya) * slope;
      if (x < left[k]!) left[k] = x;
      if (x > right[k]!) right[k] = x;
    }
  }
  return { first, last };
}
