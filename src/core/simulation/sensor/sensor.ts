import type { Size } from '../../geometry/box.js';
import type { Random } from '../../random.js';
import type { SimulatedFormat } from '../options.js';
import { gainCell } from './light.js';

/** Gains of a row, see Light.rowGains: fills `gains`. */
export type RowGains = (row: number, gains: Float64Array) => void;

/** Turns light into bytes: gain, noise, pixel format. */
export interface Sensor {
  /** Fills `data` (tightly packed `format`) from packed pixels. `exposure` numbers the frame: it picks its noise. */
  read(pixels: Uint32Array, rowGains: RowGains, exposure: number, data: Uint8Array): void;
}

const tableBits = 16;
const tableMask = (1 << tableBits) - 1;

/** @param noise standard deviation in grey levels */
export function createSensor(random: Random, size: Size, format: SimulatedFormat, noise: number): Sensor {
  // normal deviates, rounded to bytes; every row starts somewhere else in the table
  const table = Int8Array.from({ length: 1 << tableBits }, () =>
    noise > 0 ? Math.max(-127, Math.min(127, Math.round(random.normal(noise)))) : 0,
  );
  const gains = new Float64Array(Math.ceil(size.width / gainCell) + 1);
  // gain of every column of two rows, 8 fractional bits
  const gain = new Int32Array(2 * size.width);
  const spread = (rowGains: RowGains, row: number, base: number): void => {
    rowGains(row, gains);
    for (let cell = 0, x = 0; x < size.width; cell++) {
      const step = (gains[cell + 1]! - gains[cell]!) / gainCell;
      const end = Math.min(size.width, x + gainCell);
      for (let value = gains[cell]!; x < end; x++, value += step) gain[base + x] = value;
    }
  };
  const noiseStart = (exposure: number, row: number): number =>
    (Math.imul(exposure * 2 + 1, 0x9e3779b1) ^ Math.imul(row + 1, 0x85ebca6b)) >>> (32 - tableBits);
  const context: ReadContext = { ...size, table, gain, spread, noiseStart };
  const read = { rgb24: readRgb, gray8: readGrey, yuv420p: readYuv }[format];
  return {
    read: (pixels, rowGains, exposure, data) => {
      // clamped views make the store saturate, which is cheaper than comparing
      const clamped = new Uint8ClampedArray(data.buffer, data.byteOffset, data.length);
      read(context, pixels, rowGains, exposure, clamped);
    },
  };
}

interface ReadContext extends Size {
  readonly table: Int8Array;
  readonly gain: Int32Array;
  readonly spread: (rowGains: RowGains, row: number, base: number) => void;
  readonly noiseStart: (exposure: number, row: number) => number;
}

type Read = (
  context: ReadContext,
  pixels: Uint32Array,
  rowGains: RowGains,
  exposure: number,
  data: Uint8ClampedArray,
) => void;

const readRgb: Read = (
  { width, height, table, gain, spread, noiseStart },
  pixels,
  rowGains,
  exposure,
  data,
) => {
  for (let row = 0, i = 0, at = 0; row < height; row++) {
    spread(rowGains, row, 0);
    let n = noiseStart(exposure, row);
    for (let x = 0; x < width; x++, i++, at += 3, n += 3) {
      const pixel = pixels[i]!;
      const g = gain[x]!;
      data[at] = (((pixel & 255) * g) >> 8) + table[n & tableMask]!;
      data[at + 1] = ((((pixel >>> 8) & 255) * g) >> 8) + table[(n + 1) & tableMask]!;
      data[at + 2] = ((((pixel >>> 16) & 255) * g) >> 8) + table[(n + 2) & tableMask]!;
    }
  }
};

/** Full-range luma, BT.601. */
const readGrey: Read = (
  { width, height, table, gain, spread, noiseStart },
  pixels,
  rowGains,
  exposure,
  data,
) => {
  for (let row = 0, i = 0; row < height; row++) {
    spread(rowGains, row, 0);
    const n = noiseStart(exposure, row);
    for (let x = 0; x < width; x++, i++) {
      const pixel = pixels[i]!;
      const luma = 77 * (pixel & 255) + 150 * ((pixel >>> 8) & 255) + 29 * ((pixel >>> 16) & 255);
      data[i] = ((luma * gain[x]!) >> 16) + table[(n + x) & tableMask]!;
    }
  }
};

/** Studio-range BT.601, two rows at a time; noise on the luma, where cameras leave it. */
const readYuv: Read = (
  { width, height, table, gain, spread, noiseStart },
  pixels,
  rowGains,
  exposure,
  data,
) => {
  const halfWidth = (width + 1) >> 1;
  const planeU = width * height;
  const planeV = planeU + halfWidth * ((height + 1) >> 1);
  for (let row = 0; row < height; row += 2) {
    const rows = Math.min(2, height - row);
    for (let k = 0; k < rows; k++) spread(rowGains, row + k, k * width);
    for (let left = 0; left < width; left += 2) {
      let [red, green, blue, count] = [0, 0, 0, 0];
      for (let k = 0; k < rows; k++) {
        const n = noiseStart(exposure, row + k);
        for (let x = left; x < Math.min(width, left + 2); x++) {
          const i = (row + k) * width + x;
          const pixel = pixels[i]!;
          const g = gain[k * width + x]!;
          const r = Math.min(255, ((pixel & 255) * g) >> 8);
          const gr = Math.min(255, (((pixel >>> 8) & 255) * g) >> 8);
          const b = Math.min(255, (((pixel >>> 16) & 255) * g) >> 8);
          data[i] = ((66 * r + 129 * gr + 25 * b + 4224) >> 8) + table[(n + x) & tableMask]!;
          red += r;
          green += gr;
          blue += b;
          count++;
        }
      }
      const at = (row >> 1) * halfWidth + (left >> 1);
      data[planeU + at] = (-38 * red - 74 * green + 112 * blue) / count / 256 + 128;
      data[planeV + at] = (112 * red - 94 * green - 18 * blue) / count / 256 + 128;
    }
  }
};
