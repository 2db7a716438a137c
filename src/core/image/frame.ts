import type { Size } from '../geometry/box.js';

/** Native pixel formats, named as ffmpeg's `-pix_fmt` names them. */
export const pixelFormats = ['rgb24', 'bgr24', 'gray8', 'yuyv422', 'nv12', 'yuv420p'] as const;
export type PixelFormat = (typeof pixelFormats)[number];

export interface Plane {
  /** May view a SharedArrayBuffer. Holds at least `stride * rows` bytes (the last row may end early). */
  readonly data: Uint8Array;
  /** Bytes from one row to the next. */
  readonly stride: number;
}

/**
 * One picture in the camera's native format. Nothing converts whole frames: the crop sampler reads the pixels it needs.
 *
 * The receiver owns the frame and must `dispose()` it (idempotent); a source may reuse the buffers afterwards.
 */
export interface Frame extends Size {
  readonly format: PixelFormat;
  /** yuv: Y, U, V; nv12: Y, interleaved UV; all others: one plane. */
  readonly planes: readonly Plane[];
  /**
   * The picture while it is still compressed; `planes` is empty then, and `format` is what it will be. Only sources that were
   * asked for it give such frames.
   */
  readonly encoded?: { readonly codec: 'jpeg'; readonly data: Uint8Array };
  /** True: YUV uses 0..255 (JPEG); false or absent: 16..235 (BT.601 studio range). Ignored for RGB and grey. */
  readonly fullRange?: boolean;
  /** Capture time in ns of CLOCK_MONOTONIC, from the driver where it says; files count from their own start. */
  readonly capturedAtNs: bigint;
  /** Number given by the source; a gap means frames were dropped. */
  readonly sequence: number;
  dispose(): void;
}

/** Bytes per row (without padding) and rows of every plane of a tightly packed frame. */
export function planeLayout(
  format: PixelFormat,
  { width, height }: Size,
): { rowBytes: number; rows: number }[] {
  const halfWidth = (width + 1) >> 1;
  const halfHeight = (height + 1) >> 1;
  switch (format) {
    case 'rgb24':
    case 'bgr24':
      return [{ rowBytes: width * 3, rows: height }];
    case 'gray8':
      return [{ rowBytes: width, rows: height }];
    case 'yuyv422':
      return [{ rowBytes: halfWidth * 4, rows: height }];
    case 'nv12':
      return [
        { rowBytes: width, rows: height },
        { rowBytes: halfWidth * 2, rows: halfHeight },
      ];
    case 'yuv420p':
      return [
        { rowBytes: width, rows: height },
        { rowBytes: halfWidth, rows: halfHeight },
        { rowBytes: halfWidth, rows: halfHeight },
      ];
  }
}

/** Bytes of a tightly packed frame. */
export function frameBytes(format: PixelFormat, size: Size): number {
  return planeLayout(format, size).reduce((sum, { rowBytes, rows }) => sum + rowBytes * rows, 0);
}

/** Views the planes of a tightly packed frame inside `data`; no copy. @throws RangeError when `data` is too short. */
export function packedPlanes(format: PixelFormat, size: Size, data: Uint8Array): Plane[] {
  const needed = frameBytes(format, size);
  if (data.length < needed) {
    throw new RangeError(`${format} ${size.width}x${size.height} needs ${needed} bytes, got ${data.length}`);
  }
  let offset = 0;
  return planeLayout(format, size).map(({ rowBytes, rows }) => {
    const plane = { data: data.subarray(offset, offset + rowBytes * rows), stride: rowBytes };
    offset += rowBytes * rows;
    return plane;
  });
}

export interface PackedFrameOptions {
  readonly fullRange?: boolean;
  readonly capturedAtNs?: bigint;
  readonly sequence?: number;
  readonly dispose?: () => void;
}

/** A frame over tightly packed bytes; `dispose` is called at most once. */
export function packedFrame(
  format: PixelFormat,
  { width, height }: Size,
  data: Uint8Array,
  { fullRange = false, capturedAtNs = 0n, sequence = 0, dispose }: PackedFrameOptions = {},
): Frame {
  let open = true;
  return {
    format,
    width,
    height,
    planes: packedPlanes(format, { width, height }, data),
    fullRange,
    capturedAtNs,
    sequence,
    dispose: () => {
      if (open) dispose?.();
      open = false;
    },
  };
}
