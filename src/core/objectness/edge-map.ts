import type { Size } from '../geometry/box.js';
import { boxMean } from './box-mean.js';
import type { YuvImage } from './yuv-image.js';

/** Thin edges of a picture, row-major. */
export interface EdgeMap extends Size {
  /** 0 off the edges, up to 1 on strong isolated contours. */
  readonly strength: Float32Array;
  /** Cosine and sine of twice the gradient's direction, which is the same for t and t + pi; valid where `strength` > 0. */
  readonly cos2: Float32Array;
  readonly sin2: Float32Array;
}

export interface EdgeOptions {
  /** Share of the neighbourhood's mean gradient that is taken off: contours stay, texture goes. */
  readonly suppression?: number;
  /** Gradient (grey levels) that counts as half an edge. */
  readonly halfStrength?: number;
  /** Weight of colour gradients against grey ones. */
  readonly chroma?: number;
  readonly threshold?: number;
}

/**
 * Gradient edges of luma and chroma (the stronger wins at every pixel), with surround suppression of texture (Grigorescu,
 * Petkov & Westenberg 2003) and non-maximum suppression across the edge (Canny 1986).
 */
export function detectEdges(
  image: YuvImage,
  { suppression = 1, halfStrength = 30, chroma = 1.5, threshold = 0.18 }: EdgeOptions = {},
): EdgeMap {
  const { width, height } = image;
  const count = width * height;
  const gx = new Float32Array(count);
  const gy = new Float32Array(count);
  gradient(image.y, width, height, 1, gx, gy);
  mergeChroma(image, chroma, gx, gy);
  const { active } = image;
  const magnitude = new Float32Array(count);
  // the bars' rim is no edge: two pixels inside the active area are left out
  for (let y = active.y + 2; y < active.y + active.height - 2; y++) {
    for (let x = active.x + 2; x < active.x + active.width - 2; x++) {
      const i = y * width + x;
      magnitude[i] = Math.sqrt(gx[i]! * gx[i]! + gy[i]! * gy[i]!);
    }
  }
  const surround = boxMean(magnitude, width, height, 8);
  const strength = new Float32Array(count);
  const cos2 = new Float32Array(count);
  const sin2 = new Float32Array(count);
  for (let y = active.y + 2; y < active.y + active.height - 2; y++) {
    for (let x = active.x + 2; x < active.x + active.width - 2; x++) {
      const i = y * width + x;
      const m = magnitude[i]!;
      const net = m - suppression * surround[i]!;
      if (net <= 0 || !isRidge(magnitude, i, width, gx[i]!, gy[i]!)) continue;
      const value = net / (net + halfStrength);
      if (value < threshold) continue;
      strength[i] = value;
      const squared = m * m;
      cos2[i] = (gx[i]! * gx[i]! - gy[i]! * gy[i]!) / squared;
      sin2[i] = (2 * gx[i]! * gy[i]!) / squared;
    }
  }
  return { width, height, strength, cos2, sin2 };
}

/** Central differences of the 3x3 binomial blur, in grey levels across the step; the outer two pixels stay 0. */
function gradient(
  plane: Uint8Array,
  width: number,
  height: number,
  weight: number,
  gx: Float32Array,
  gy: Float32Array,
): void {
  const blurred = new Int16Array(width * height);
  for (let y = 1; y < height - 1; y++) {
    for (let x = 1, i = y * width + 1; x < width - 1; x++, i++) {
      const up = i - width;
      const down = i + width;
      blurred[i] =
        plane[up - 1]! +
        plane[up + 1]! +
        plane[down - 1]! +
        plane[down + 1]! +
        2 * (plane[up]! + plane[down]! + plane[i - 1]! + plane[i + 1]!) +
        4 * plane[i]!;
    }
  }
  const scale = weight / 16;
  for (let y = 2; y < height - 2; y++) {
    for (let x = 2, i = y * width + 2; x < width - 2; x++, i++) {
      gx[i] = (blurred[i + 1]! - blurred[i - 1]!) * scale;
      gy[i] = (blurred[i + width]! - blurred[i - width]!) * scale;
    }
  }
}

/** Puts the chroma gradient where it is stronger than what is there. */
function mergeChroma(image: YuvImage, weight: number, gx: Float32Array, gy: Float32Array): void {
  const { width, height, halfWidth, halfHeight } = image;
  for (const plane of [image.u, image.v]) {
    const hx = new Float32Array(halfWidth * halfHeight);
    const hy = new Float32Array(halfWidth * halfHeight);
    gradient(plane, halfWidth, halfHeight, weight, hx, hy);
    for (let y = 2; y < height - 2; y++) {
      for (let x = 2, i = y * width + 2; x < width - 2; x++, i++) {
        const h = (y >> 1) * halfWidth + (x >> 1);
        const cx = hx[h]!;
        const cy = hy[h]!;
        if (cx * cx + cy * cy > gx[i]! * gx[i]! + gy[i]! * gy[i]!) {
          gx[i] = cx;
          gy[i] = cy;
        }
      }
    }
  }
}

/** True when the pixel is at least as strong as its two neighbours along the gradient, strictly on one side. */
function isRidge(magnitude: Float32Array, i: number, width: number, gx: number, gy: number): boolean {
  const ax = Math.abs(gx);
  const ay = Math.abs(gy);
  const diagonal = gx * gy > 0 ? width + 1 : width - 1;
  const step = ay < 0.4142 * ax ? 1 : ax < 0.4142 * ay ? width : diagonal;
  const m = magnitude[i]!;
  return m > magnitude[i - step]! && m >= magnitude[i + step]!;
}
