import type { Size } from '../../core/geometry/box.js';
import { type Frame, packedPlanes } from '../../core/image/frame.js';
import { type PlaneView, rgbToYuv, yuvViews } from './plane-view.js';

/** Size with the longer side at most `longSide`, even when it had to shrink; never larger than the frame. */
export function storedSize({ width, height }: Size, longSide: number): Size {
  const scale = longSide / Math.max(width, height);
  if (scale >= 1) return { width, height };
  const even = (side: number): number => Math.max(2, 2 * Math.round((side * scale) / 2));
  return { width: even(width), height: even(height) };
}

/** Writes the frame, shrunk to `size` by area averaging, as tightly packed yuv420p. */
export function toYuv420p(frame: Frame, size: Size, out: Uint8Array): void {
  const { y, u, v } = yuvViews(frame) ?? rgbToYuv(frame);
  const [luma, chromaU, chromaV] = packedPlanes('yuv420p', size, out);
  const halfWidth = (size.width + 1) >> 1;
  shrinkPlane(y, size.width, size.height, luma!.data);
  for (const [source, target] of [
    [u, chromaU!.data],
    [v, chromaV!.data],
  ] as const) {
    if (source) shrinkPlane(source, halfWidth, (size.height + 1) >> 1, target);
    else target.fill(128);
  }
}

/** Area average: every source sample counts by how much of it falls into the target pixel. */
export function shrinkPlane(source: PlaneView, width: number, height: number, out: Uint8Array): void {
  const { data, stride, step, offset } = source;
  if (source.width === width && source.height === height) {
    for (let y = 0; y < height; y++) {
      const at = offset + y * stride;
      if (step === 1) out.set(data.subarray(at, at + width), y * width);
      else for (let x = 0; x < width; x++) out[y * width + x] = data[at + x * step]!;
    }
    return;
  }
  const ratioX = source.width / width;
  const ratioY = source.height / height;
  const row = new Float32Array(width);
  const sums = new Float32Array(width);
  let loaded = -1;
  for (let y = 0; y < height; y++) {
    sums.fill(0);
    const end = Math.min(source.height, (y + 1) * ratioY);
    for (let at = Math.floor(y * ratioY); at < end - 1e-6; at++) {
      const share = Math.min(at + 1, end) - Math.max(at, y * ratioY);
      if (at !== loaded) shrinkRow(data, offset + at * stride, step, source.width, ratioX, row);
      loaded = at;
      for (let x = 0; x < width; x++) sums[x]! += share * row[x]!;
    }
    const scale = 1 / (ratioX * ratioY);
    for (let x = 0; x < width; x++) out[y * width + x] = Math.min(255, sums[x]! * scale + 0.5);
  }
}

function shrinkRow(
  data: Uint8Array,
  start: number,
  step: number,
  length: number,
  ratio: number,
  row: Float32Array,
): void {
  for (let x = 0; x < row.length; x++) {
    const from = x * ratio;
    const end = Math.min(length, from + ratio);
    let at = Math.floor(from);
    let sum = (Math.min(at + 1, end) - from) * data[start + at * step]!;
    for (at++; at + 1 <= end; at++) sum += data[start + at * step]!;
    if (at < end - 1e-6) sum += (end - at) * data[start + at * step]!;
    row[x] = sum;
  }
}
