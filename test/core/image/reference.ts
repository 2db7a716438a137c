import type { CropRegion } from '../../../src/core/geometry/crop-region.js';
import { type Frame, planeLayout, type PixelFormat, type Plane } from '../../../src/core/image/frame.js';
import { createRandom } from '../../../src/core/random.js';

export type Rgb = readonly [number, number, number];

export interface FrameOptions {
  /** Bytes added to every row; the last row ends without them. */
  readonly padding?: number;
  readonly fullRange?: boolean;
  /** Byte `index` of row `row` of plane `plane`; default noise. */
  readonly byte?: (plane: number, row: number, index: number) => number;
  readonly seed?: number;
}

/** A frame whose planes are filled byte by byte. */
export function testFrame(
  format: PixelFormat,
  width: number,
  height: number,
  { padding = 0, fullRange = false, seed = 1, byte }: FrameOptions = {},
): Frame {
  const random = createRandom(seed);
  const planes = planeLayout(format, { width, height }).map(({ rowBytes, rows }, plane): Plane => {
    const stride = rowBytes + padding;
    const data = new Uint8Array(stride * (rows - 1) + rowBytes);
    for (let row = 0; row < rows; row++) {
      for (let index = 0; index < rowBytes; index++) {
        data[row * stride + index] = byte?.(plane, row, index) ?? random.below(256);
      }
    }
    return { data, stride };
  });
  return {
    format,
    width,
    height,
    planes,
    fullRange,
    capturedAtNs: 0n,
    sequence: 0,
    dispose: () => undefined,
  };
}

/** A frame in which every pixel is grey of the given level (RGB formats and gray8 exactly, YUV in full range). */
export function greyFrame(
  format: PixelFormat,
  width: number,
  height: number,
  level: (x: number, y: number) => number,
): Frame {
  const chroma = 128;
  return testFrame(format, width, height, {
    fullRange: true,
    byte: (plane, row, index) => {
      if (plane > 0) return chroma;
      if (format === 'yuyv422') return index % 2 === 0 ? level(index / 2, row) : chroma;
      return level(format === 'rgb24' || format === 'bgr24' ? Math.floor(index / 3) : index, row);
    },
  });
}

/** The reference's way to one crop pixel: slow, in floating point, one pixel at a time. */
export function referenceCrop(frame: Frame, region: CropRegion, size: number, fill: Rgb): Rgb[] {
  const scale = region.side / size;
  const toX = (column: number) => region.cx - region.side / 2 + (column + 0.5) * scale;
  const toY = (row: number) => region.cy - region.side / 2 + (row + 0.5) * scale;
  const area = scale > 2;
  return eachPixel(size, (column, row) => {
    const x = toX(column);
    const y = toY(row);
    if (!inside(frame, x, y)) return fill;
    const first = column - (column % 2);
    const chromaX = chromaPosition(frame.width, area ? groupCentres(toX, frame.width, scale) : toX, first);
    const chromaY = area
      ? groupRow(y, frame.height, scale)
      : clamp(quantise(y - 0.5), 0, frame.height - 1) + 0.5;
    if (area)
      return colourAt(frame, (component) => areaMean(frame, component, x, y, scale), chromaX, chromaY);
    return colourAt(frame, (component) => bilinear(frame, component, x, y), chromaX, chromaY);
  });
}

/** The same through a homography, bilinear. */
export function referenceWarp(frame: Frame, matrix: readonly number[], size: number, fill: Rgb): Rgb[] {
  const [a = 0, b = 0, c = 0, d = 0, e = 0, f = 0, g = 0, h = 0, i = 0] = matrix;
  const map = (column: number, row: number) => {
    const x = column + 0.5;
    const y = row + 0.5;
    const w = g * x + h * y + i;
    return { x: (a * x + b * y + c) / w, y: (d * x + e * y + f) / w, w };
  };
  return eachPixel(size, (column, row) => {
    const { x, y, w } = map(column, row);
    if (w <= 0 || !inside(frame, x, y)) return fill;
    const first = column - (column % 2);
    const chromaX = chromaPosition(frame.width, (at) => map(at, row).x, first);
    const chromaY = chromaPosition(frame.height, (at) => map(at, row).y, first);
    return colourAt(frame, (component) => bilinear(frame, component, x, y), chromaX, chromaY);
  });
}

function eachPixel(size: number, pixel: (column: number, row: number) => Rgb): Rgb[] {
  return Array.from({ length: size * size }, (_, index) => pixel(index % size, Math.floor(index / size)));
}

function inside({ width, height }: Frame, x: number, y: number): boolean {
  return x >= 0 && x < width && y >= 0 && y < height;
}

/** Image coordinate of the chroma that columns `first` and `first + 1` share: the middle between them. */
function chromaPosition(extent: number, toImage: (column: number) => number, first: number): number {
  const position = (column: number) =>
    clamp(quantise(toImage(column) - 0.5), 0, Math.max(0, extent - 1 - 1 / 2048));
  return Math.floor((position(first) + position(first + 1)) * 1024) / 2048 + 0.5;
}

/** Component 0, 1, 2 is R, G, B, or Y alone; chroma is looked up at the given image coordinates. */
function colourAt(frame: Frame, value: (component: number) => number, chromaX: number, chromaY: number): Rgb {
  if (frame.format === 'rgb24' || frame.format === 'bgr24') return [value(0), value(1), value(2)];
  if (frame.format === 'gray8') return [value(0), value(0), value(0)];
  const rows = frame.format === 'yuyv422' ? 1 : 2;
  const u = sample(frame, 1, Math.floor(chromaX / 2), Math.floor(chromaY / rows));
  const v = sample(frame, 2, Math.floor(chromaX / 2), Math.floor(chromaY / rows));
  return toRgb(value(0), u, v, frame.fullRange === true);
}

/** BT.601 as the standard writes it. */
export function toRgb(y: number, u: number, v: number, fullRange: boolean): Rgb {
  const luma = fullRange ? y / 255 : (y - 16) / 219;
  const pb = (u - 128) / (fullRange ? 255 : 224);
  const pr = (v - 128) / (fullRange ? 255 : 224);
  const red = luma + 2 * (1 - 0.299) * pr;
  const blue = luma + 2 * (1 - 0.114) * pb;
  const green = (luma - 0.299 * red - 0.114 * blue) / 0.587;
  return [clamp(255 * red, 0, 255), clamp(255 * green, 0, 255), clamp(255 * blue, 0, 255)];
}

function bilinear(frame: Frame, component: number, x: number, y: number): number {
  const px = clamp(x - 0.5, 0, frame.width - 1);
  const py = clamp(y - 0.5, 0, frame.height - 1);
  const x0 = Math.floor(px);
  const y0 = Math.floor(py);
  const x1 = Math.min(x0 + 1, frame.width - 1);
  const y1 = Math.min(y0 + 1, frame.height - 1);
  const top = sample(frame, component, x0, y0) * (1 - px + x0) + sample(frame, component, x1, y0) * (px - x0);
  const bottom =
    sample(frame, component, x0, y1) * (1 - px + x0) + sample(frame, component, x1, y1) * (px - x0);
  return top * (1 - py + y0) + bottom * (py - y0);
}

function pairDistance(scale: number): number {
  if (scale < 3) return 1;
  const candidates = Array.from({ length: 100 }, (_, index) => 2 + 4 * index);
  return candidates.reduce((best, next) =>
    Math.abs(next - scale / 2) <= Math.abs(best - scale / 2) ? next : best,
  );
}

function taps(scale: number, width: number, height: number) {
  const pairs = clamp(pairDistance(scale), 0, Math.max(0, width - 2));
  return { pairs, rows: Math.min(2 * Math.floor(scale / 4) + 1, height - 1) };
}

/** First of a group of pixels that spans `reach`, centred at `at` as well as whole pixels can, inside the image. */
function groupStart(at: number, extent: number, reach: number): number {
  return Math.max(0, Math.min(Math.round(at - 0.5 - reach / 2), extent - 1 - reach));
}

function areaMean(frame: Frame, component: number, x: number, y: number, scale: number): number {
  const { width, height } = frame;
  const { pairs, rows } = taps(scale, width, height);
  const x0 = groupStart(x, width, pairs + 1);
  const y0 = groupStart(y, height, rows);
  let sum = 0;
  for (const row of [y0, y0 + rows]) {
    for (const column of [x0, x0 + 1, x0 + pairs, x0 + pairs + 1]) {
      sum += sample(frame, component, Math.min(column, width - 1), row);
    }
  }
  return sum / 8;
}

function groupCentres(toX: (column: number) => number, width: number, scale: number) {
  const reach = taps(scale, width, 1).pairs + 1;
  return (column: number) => groupStart(toX(column), width, reach) + reach / 2 + 0.5;
}

function groupRow(y: number, height: number, scale: number): number {
  const { rows } = taps(scale, 2, height);
  return groupStart(y, height, rows) + rows / 2 + 0.5;
}

function sample(frame: Frame, component: number, x: number, y: number): number {
  const at = (plane: number, index: number) => {
    const { data, stride } = frame.planes[plane]!;
    const value = data[y * stride + index];
    if (value === undefined) throw new Error(`the reference reads outside plane ${plane}: ${index}, ${y}`);
    return value;
  };
  switch (frame.format) {
    case 'rgb24':
      return at(0, 3 * x + component);
    case 'bgr24':
      return at(0, 3 * x + 2 - component);
    case 'gray8':
      return at(0, x);
    case 'yuyv422':
      return at(0, component === 0 ? 2 * x : 4 * x + 2 * component - 1);
    case 'nv12':
      return component === 0 ? at(0, x) : at(1, 2 * x + component - 1);
    case 'yuv420p':
      return at(component, x);
  }
}

/** Positions are kept to 1/2048 pixel. */
function quantise(position: number): number {
  return Math.round(position * 2048) / 2048;
}

function clamp(value: number, low: number, high: number): number {
  return Math.max(low, Math.min(value, high));
}

/** Largest difference between a CHW crop and the reference, and where. */
export function largestDifference(crop: Uint8Array, reference: readonly Rgb[]): number {
  let largest = 0;
  reference.forEach((colour, pixel) => {
    colour.forEach((value, channel) => {
      largest = Math.max(largest, Math.abs(crop[channel * reference.length + pixel]! - value));
    });
  });
  return largest;
}
