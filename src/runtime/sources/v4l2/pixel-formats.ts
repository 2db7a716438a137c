import type { Size } from '../../../core/geometry/box.js';
import { planeLayout, type PixelFormat, type Plane } from '../../../core/image/frame.js';

/** A pixel format of V4L2 that this source reads. */
export interface CameraFormat {
  /** As a person writes it in `format=`. */
  readonly name: string;
  readonly fourcc: number;
  /** What the frames are; a compressed one is decoded to it. */
  readonly frame: PixelFormat;
  readonly compressed: boolean;
  /** Other words for it. */
  readonly aliases: readonly string[];
}

/** Best first: colour without decoding, with few bytes; then the rest. */
export const cameraFormats: readonly CameraFormat[] = [
  { name: 'yuyv', fourcc: fourcc('YUYV'), frame: 'yuyv422', compressed: false, aliases: ['yuyv422'] },
  { name: 'nv12', fourcc: fourcc('NV12'), frame: 'nv12', compressed: false, aliases: [] },
  { name: 'yu12', fourcc: fourcc('YU12'), frame: 'yuv420p', compressed: false, aliases: ['yuv420p', 'i420'] },
  { name: 'rgb3', fourcc: fourcc('RGB3'), frame: 'rgb24', compressed: false, aliases: ['rgb24'] },
  { name: 'bgr3', fourcc: fourcc('BGR3'), frame: 'bgr24', compressed: false, aliases: ['bgr24'] },
  { name: 'mjpeg', fourcc: fourcc('MJPG'), frame: 'rgb24', compressed: true, aliases: ['mjpg'] },
  { name: 'jpeg', fourcc: fourcc('JPEG'), frame: 'rgb24', compressed: true, aliases: [] },
  {
    name: 'grey',
    fourcc: fourcc('GREY'),
    frame: 'gray8',
    compressed: false,
    aliases: ['gray', 'gray8', 'y8'],
  },
];

export function formatByName(text: string): CameraFormat | undefined {
  const name = text.toLowerCase();
  return cameraFormats.find((format) => format.name === name || format.aliases.includes(name));
}

/** The four letters of a code, `?` for what is no letter. */
export function fourccName(code: number): string {
  const letters = [0, 8, 16, 24].map((shift) => (code >>> shift) & 0x7f);
  return letters.map((it) => (it > 0x20 && it < 0x7f ? String.fromCharCode(it) : '?')).join('');
}

/**
 * The planes of a raw picture inside one V4L2 buffer: `bytesPerLine` is the stride of the first plane; NV12's chroma has
 * the same, YU12's chroma half of it (Linux media documentation, "single-planar formats").
 */
export function cameraPlanes(
  format: PixelFormat,
  size: Size,
  bytesPerLine: number,
  data: Uint8Array,
): Plane[] {
  const layout = planeLayout(format, size);
  const firstStride = Math.max(bytesPerLine, layout[0]!.rowBytes);
  let offset = 0;
  return layout.map(({ rows }, index) => {
    const stride = index > 0 && format === 'yuv420p' ? firstStride >> 1 : firstStride;
    const plane = { data: data.subarray(offset, offset + stride * rows), stride };
    offset += stride * rows;
    return plane;
  });
}

function fourcc(letters: string): number {
  return [0, 1, 2, 3].reduce((code, index) => code | (letters.charCodeAt(index) << (8 * index)), 0) >>> 0;
}
