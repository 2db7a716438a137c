import type { Size } from '../../../core/geometry/box.js';
import { planeLayout, type Frame, type Plane } from '../../../core/image/frame.js';
import { yuvMatrix } from '../../../core/image/sampling/yuv-matrix.js';

/** A whole picture as the JPEG encoder takes it: packed, 3 channels (RGB) or 1 (grey). */
export interface PackedPicture extends Size {
  readonly data: Uint8Array;
  readonly channels: 1 | 3;
}

/**
 * A frame's pixels as packed RGB, or as they are where they need no conversion (then `data` views the frame's own). Every chroma
 * sample serves its whole block of luma samples. @throws RangeError for a frame that is still compressed.
 */
export function toRgb(frame: Frame): PackedPicture {
  const { format, width, height, planes } = frame;
  const first = planes[0];
  if (!first) throw new RangeError(`frame ${frame.sequence} has no pixels`);
  switch (format) {
    case 'rgb24':
      return { width, height, channels: 3, data: packed(first, frame) };
    case 'gray8':
      return { width, height, channels: 1, data: packed(first, frame) };
    case 'bgr24':
      return { width, height, channels: 3, data: swapped(packed(first, frame)) };
    case 'yuyv422':
      return fromYuv(frame, {
        luma: { plane: first, step: 2 },
        u: { plane: first, offset: 1, step: 4, rowShift: 0 },
        v: { plane: first, offset: 3, step: 4, rowShift: 0 },
      });
    case 'nv12': {
      const chroma = planes[1]!;
      return fromYuv(frame, {
        luma: { plane: first, step: 1 },
        u: { plane: chroma, offset: 0, step: 2, rowShift: 1 },
        v: { plane: chroma, offset: 1, step: 2, rowShift: 1 },
      });
    }
    case 'yuv420p':
      return fromYuv(frame, {
        luma: { plane: first, step: 1 },
        u: { plane: planes[1]!, offset: 0, step: 1, rowShift: 1 },
        v: { plane: planes[2]!, offset: 0, step: 1, rowShift: 1 },
      });
  }
}

/** Where the chroma of two neighbouring columns lies. */
interface Chroma {
  readonly plane: Plane;
  readonly offset: number;
  /** Bytes to the next sample. */
  readonly step: number;
  /** Rows of the image per row of the plane, as a power of two. */
  readonly rowShift: 0 | 1;
}

interface YuvPlaces {
  readonly luma: { readonly plane: Plane; readonly step: number };
  readonly u: Chroma;
  readonly v: Chroma;
}

function fromYuv(frame: Frame, { luma, u, v }: YuvPlaces): PackedPicture {
  const { width, height } = frame;
  const { black, luma: gain, redV, greenU, greenV, blueU } = yuvMatrix(frame);
  const data = new Uint8ClampedArray(width * height * 3);
  let out = 0;
  for (let y = 0; y < height; y += 1) {
    let lumaAt = y * luma.plane.stride;
    let uAt = (y >> u.rowShift) * u.plane.stride + u.offset;
    let vAt = (y >> v.rowShift) * v.plane.stride + v.offset;
    for (let x = 0; x < width; x += 2) {
      const uValue = u.plane.data[uAt]! - 128;
      const vValue = v.plane.data[vAt]! - 128;
      const [red, green, blue] = [redV * vValue, greenU * uValue + greenV * vValue, blueU * uValue];
      const pair = Math.min(2, width - x);
      for (let i = 0; i < pair; i += 1) {
        const value = gain * (luma.plane.data[lumaAt]! - black);
        data[out] = value + red;
        data[out + 1] = value + green;
        data[out + 2] = value + blue;
        out += 3;
        lumaAt += luma.step;
      }
      uAt += u.step;
      vAt += v.step;
    }
  }
  return { width, height, channels: 3, data: new Uint8Array(data.buffer) };
}

/** Rows side by side, copied only where they are not. */
function packed({ data, stride }: Plane, { format, width, height }: Frame): Uint8Array {
  const { rowBytes } = planeLayout(format, { width, height })[0]!;
  if (stride === rowBytes) return data.subarray(0, rowBytes * height);
  const rows = new Uint8Array(rowBytes * height);
  for (let y = 0; y < height; y += 1) {
    rows.set(data.subarray(y * stride, y * stride + rowBytes), y * rowBytes);
  }
  return rows;
}

function swapped(bgr: Uint8Array): Uint8Array {
  const rgb = new Uint8Array(bgr.length);
  for (let i = 0; i < bgr.length; i += 3) {
    rgb[i] = bgr[i + 2]!;
    rgb[i + 1] = bgr[i + 1]!;
    rgb[i + 2] = bgr[i]!;
  }
  return rgb;
}
