import type { Box, Point } from '../geometry/box.js';
import type { GreyImage } from './pyramid.js';

export interface CornerOptions {
  /** At most this many, spread evenly: the picture is divided into about as many square cells, each giving its best. */
  readonly maxCorners?: number;
  /** Smallest accepted minimal eigenvalue, in (grey levels per pixel) squared, averaged over the window. */
  readonly minEigenvalue?: number;
  /** Nothing is taken inside these boxes (a target that moves by itself). */
  readonly ignore?: readonly Box[];
}

/**
 * Corners by the smaller eigenvalue of the gradient's structure tensor over 5x5 pixels (Shi & Tomasi 1994), one per cell.
 * Returns pixel centres in continuous coordinates.
 */
export function detectCorners(
  image: GreyImage,
  { maxCorners = 160, minEigenvalue = 4, ignore = [] }: CornerOptions = {},
): Point[] {
  const { width, height } = image;
  const eigenvalues = minimalEigenvalues(image);
  const cell = Math.max(4, Math.sqrt((width * height) / maxCorners));
  const columns = Math.max(1, Math.floor(width / cell));
  const rows = Math.max(1, Math.floor(height / cell));
  const corners: Point[] = [];
  for (let row = 0; row < rows; row++) {
    for (let column = 0; column < columns; column++) {
      let best = minEigenvalue;
      let at = -1;
      const right = Math.floor(((column + 1) * width) / columns);
      const bottom = Math.floor(((row + 1) * height) / rows);
      for (let y = Math.floor((row * height) / rows); y < bottom; y++) {
        for (let x = Math.floor((column * width) / columns); x < right; x++) {
          const value = eigenvalues[y * width + x]!;
          if (value > best && !ignore.some((box) => covers(box, x + 0.5, y + 0.5))) {
            best = value;
            at = y * width + x;
          }
        }
      }
      if (at >= 0) corners.push({ x: (at % width) + 0.5, y: Math.floor(at / width) + 0.5 });
    }
  }
  return corners;
}

function minimalEigenvalues({ data, width, height }: GreyImage): Float32Array {
  const xx = new Float32Array(width * height);
  const xy = new Float32Array(width * height);
  const yy = new Float32Array(width * height);
  for (let y = 1; y < height - 1; y++) {
    for (let x = 1; x < width - 1; x++) {
      const i = y * width + x;
      const gx = 0.5 * (data[i + 1]! - data[i - 1]!);
      const gy = 0.5 * (data[i + width]! - data[i - width]!);
      xx[i] = gx * gx;
      xy[i] = gx * gy;
      yy[i] = gy * gy;
    }
  }
  boxFilter5(xx, width, height);
  boxFilter5(xy, width, height);
  boxFilter5(yy, width, height);
  // smaller root of the characteristic polynomial; the frame's edge stays 0
  for (let i = 0; i < xx.length; i++) {
    const half = 0.5 * (xx[i]! + yy[i]!);
    const difference = 0.5 * (xx[i]! - yy[i]!);
    xx[i] = half - Math.sqrt(difference * difference + xy[i]! * xy[i]!);
  }
  return xx;
}

/** 5x5 mean in place by two running sums; the outer two pixels become 0. */
function boxFilter5(values: Float32Array, width: number, height: number): void {
  const line = new Float32Array(Math.max(width, height));
  const pass = (start: number, step: number, count: number): void => {
    for (let k = 0; k < count; k++) line[k] = values[start + k * step]!;
    let sum = line[0]! + line[1]! + line[2]! + line[3]!;
    for (let k = 2; k < count - 2; k++) {
      sum += line[k + 2]!;
      values[start + k * step] = sum * 0.2;
      sum -= line[k - 2]!;
    }
    for (const k of [0, 1, count - 2, count - 1]) values[start + k * step] = 0;
  };
  if (Math.min(width, height) < 5) {
    values.fill(0);
    return;
  }
  for (let y = 0; y < height; y++) pass(y * width, 1, width);
  for (let x = 0; x < width; x++) pass(x, width, height);
}

function covers(box: Box, x: number, y: number): boolean {
  return Math.abs(x - box.cx) <= box.width / 2 && Math.abs(y - box.cy) <= box.height / 2;
}
