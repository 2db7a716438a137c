import type { Size } from '../geometry/box.js';
import type { Frame, PixelFormat } from './frame.js';

/** Where the brightness of pixel (x, y) lies in the first plane: rgb and bgr are judged by their green. */
const luma: Readonly<Record<PixelFormat, { readonly step: number; readonly first: number }>> = {
  gray8: { step: 1, first: 0 },
  yuv420p: { step: 1, first: 0 },
  nv12: { step: 1, first: 0 },
  yuyv422: { step: 2, first: 0 },
  rgb24: { step: 3, first: 1 },
  bgr24: { step: 3, first: 1 },
};

/** A small grey copy of a frame; every pixel is the mean of four samples of its area. */
export interface LumaThumbnail extends Size {
  readonly data: Uint8Array;
  /** Image pixels per thumbnail pixel. */
  readonly scale: number;
}

/** Reads a thumbnail whose longer side has `longSide` pixels at most, from the native format. */
export function lumaThumbnail(frame: Frame, longSide: number): LumaThumbnail {
  const scale = Math.max(1, Math.max(frame.width, frame.height) / longSide);
  const width = Math.floor(frame.width / scale);
  const height = Math.floor(frame.height / scale);
  const { step, first } = luma[frame.format];
  const { data: source, stride } = frame.planes[0]!;
  const data = new Uint8Array(width * height);
  // two samples a direction, at a quarter and three quarters of the pixel's area
  const columns = new Int32Array(2 * width);
  for (let i = 0; i < columns.length; i += 1) columns[i] = Math.floor(((i + 0.5) * scale) / 2) * step + first;
  for (let y = 0; y < height; y += 1) {
    const upper = Math.floor((y + 0.25) * scale) * stride;
    const lower = Math.floor((y + 0.75) * scale) * stride;
    const row = y * width;
    for (let x = 0; x < width; x += 1) {
      const left = columns[2 * x]!;
      const right = columns[2 * x + 1]!;
      const above = source[upper + left]! + source[upper + right]!;
      const below = source[lower + left]! + source[lower + right]!;
      data[row + x] = (above + below + 2) >> 2;
    }
  }
  return { data, width, height, scale };
}
