import type { Sharp } from 'sharp';
import { boxToCorner, type Box } from '../../../core/geometry/box.js';
import type { Frame } from '../../../core/image/frame.js';
import { toRgb } from './to-rgb.js';

export interface JpegOptions {
  readonly quality: number;
  /** Wider frames are scaled down to it. */
  readonly width: number;
  /** Drawn into the picture; image pixels. */
  readonly box?: Box | null;
}

/** Compresses a frame, scaled down where it is wider than wanted. @throws Error for a damaged picture of the camera. */
export type JpegEncoder = (frame: Frame, options: JpegOptions) => Promise<Uint8Array>;

/** Loads sharp. A camera's own JPEG pictures are passed on as they are where they are not too wide. */
export async function loadJpegEncoder(): Promise<JpegEncoder> {
  const { default: sharp } = await import('sharp');
  const rawPicture = (frame: Frame): Sharp => {
    const { data, width, height, channels } = toRgb(frame);
    return sharp(data, { raw: { width, height, channels } });
  };
  return async (frame, { quality, width, box = null }) => {
    const { encoded } = frame;
    if (encoded && !box && frame.width <= width && hasHuffmanTables(encoded.data))
      return encoded.data.slice();
    const picture: Sharp = encoded ? sharp(encoded.data) : rawPicture(frame);
    const scaled = frame.width > width ? picture.resize(width, null, { fastShrinkOnLoad: true }) : picture;
    if (box)
      scaled.composite([{ input: outline(box, frame, Math.min(1, width / frame.width)), left: 0, top: 0 }]);
    // the encoder's second pass over the picture saves a tenth of its bytes and costs a third of its time
    return scaled.jpeg({ quality, optimiseCoding: false }).toBuffer();
  };
}

/** The box as a picture to lay over: SVG of the scaled frame's size. */
function outline(box: Box, frame: Frame, scale: number): Buffer {
  const { x, y, width, height } = boxToCorner(box);
  const place = Object.entries({ x, y, width, height }).map(([key, value]) => `${key}="${value * scale}"`);
  const [across, down] = [Math.round(frame.width * scale), Math.round(frame.height * scale)];
  const line = 'fill="none" stroke="#00d060" stroke-width="3"';
  return Buffer.from(
    `<svg xmlns="http://www.w3.org/2000/svg" width="${across}" height="${down}"><rect ${place.join(' ')} ${line}/></svg>`,
  );
}

/** Many cameras leave the standard tables out; not every browser puts them in. */
function hasHuffmanTables(jpeg: Uint8Array): boolean {
  for (let at = 2; at + 4 <= jpeg.length && jpeg[at] === 0xff;) {
    const marker = jpeg[at + 1];
    if (marker === 0xc4) return true;
    if (marker === 0xda) return false; // the pixels begin
    at += 2 + ((jpeg[at + 2]! << 8) | jpeg[at + 3]!);
  }
  return false;
}
