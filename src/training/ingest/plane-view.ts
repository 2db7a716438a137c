import type { Frame } from '../../core/image/frame.js';

/** One channel inside a frame's memory: sample (x, y) is `data[offset + y * stride + x * step]`. */
export interface PlaneView {
  readonly data: Uint8Array;
  readonly width: number;
  readonly height: number;
  readonly stride: number;
  readonly step: number;
  readonly offset: number;
}

export interface YuvViews {
  readonly y: PlaneView;
  /** Null for grey frames. */
  readonly u: PlaneView | null;
  readonly v: PlaneView | null;
}

/** The channels of a YUV or grey frame where they lie; null for RGB, which has none. */
export function yuvViews(frame: Frame): YuvViews | null {
  const { width, height, planes } = frame;
  const halfWidth = (width + 1) >> 1;
  const halfHeight = (height + 1) >> 1;
  const view = (plane: number, w: number, h: number, step = 1, offset = 0): PlaneView => {
    const { data, stride } = planes[plane]!;
    return { data, width: w, height: h, stride, step, offset };
  };
  switch (frame.format) {
    case 'gray8':
      return { y: view(0, width, height), u: null, v: null };
    case 'yuv420p':
      return {
        y: view(0, width, height),
        u: view(1, halfWidth, halfHeight),
        v: view(2, halfWidth, halfHeight),
      };
    case 'nv12':
      return {
        y: view(0, width, height),
        u: view(1, halfWidth, halfHeight, 2),
        v: view(1, halfWidth, halfHeight, 2, 1),
      };
    case 'yuyv422':
      return {
        y: view(0, width, height, 2),
        u: view(0, halfWidth, height, 4, 1),
        v: view(0, halfWidth, height, 4, 3),
      };
    case 'rgb24':
    case 'bgr24':
      return null;
  }
}

/** RGB as full-range BT.601 YUV (JFIF), a full-size plane a channel. */
export function rgbToYuv(frame: Frame): YuvViews {
  const { width, height } = frame;
  const { data, stride } = frame.planes[0]!;
  const [red, blue] = frame.format === 'rgb24' ? [0, 2] : [2, 0];
  const channels = [0, 1, 2].map(() => new Uint8Array(width * height)) as [
    Uint8Array,
    Uint8Array,
    Uint8Array,
  ];
  const [y, u, v] = channels;
  for (let row = 0, k = 0; row < height; row++) {
    for (let column = 0, at = row * stride; column < width; column++, at += 3, k++) {
      const r = data[at + red]!;
      const g = data[at + 1]!;
      const b = data[at + blue]!;
      y[k] = 0.299 * r + 0.587 * g + 0.114 * b + 0.5;
      // 255.5 at most: Uint8Array would wrap
      u[k] = Math.min(255, 128.5 - 0.168736 * r - 0.331264 * g + 0.5 * b);
      v[k] = Math.min(255, 128.5 + 0.5 * r - 0.418688 * g - 0.081312 * b);
    }
  }
  const view = (plane: Uint8Array): PlaneView => ({
    data: plane,
    width,
    height,
    stride: width,
    step: 1,
    offset: 0,
  });
  return { y: view(y), u: view(u), v: view(v) };
}
