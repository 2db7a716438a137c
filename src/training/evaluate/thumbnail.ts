import sharp from 'sharp';
import type { Box } from '../../core/geometry/box.js';
import { type CropRegion, toCrop } from '../../core/geometry/crop-region.js';
import type { Frame } from '../../core/image/frame.js';
import { createCropSampler } from '../../core/image/sampler.js';
import { palette } from '../report/palette.js';

/** Side of a thumbnail in pixels. */
const side = 224;

export interface Thumbnailer {
  /** JPEG data URI of the part of the frame that shows both boxes. The frame is read before the first await. */
  draw(frame: Frame, truth: Box, predicted: Box | null): Promise<string>;
}

export function createThumbnailer(): Thumbnailer {
  const sampler = createCropSampler();
  return {
    draw: async (frame, truth, predicted) => {
      const region = regionAround(frame, predicted === null ? [truth] : [truth, predicted]);
      const crop = new Uint8Array(3 * side * side);
      sampler.sampleCrop(frame, region, side, crop, { layout: 'hwc' });
      const jpeg = await sharp(crop, { raw: { width: side, height: side, channels: 3 } })
        .composite([{ input: Buffer.from(overlaySvg(region, truth, predicted)) }])
        .jpeg({ quality: 72 })
        .toBuffer();
      return `data:image/jpeg;base64,${jpeg.toString('base64')}`;
    },
  };
}

/** The square that holds the boxes with some of their surroundings, at least a third of the frame. */
export function regionAround(frame: Frame, boxes: readonly Box[]): CropRegion {
  const left = Math.min(...boxes.map(({ cx, width }) => cx - width / 2));
  const right = Math.max(...boxes.map(({ cx, width }) => cx + width / 2));
  const top = Math.min(...boxes.map(({ cy, height }) => cy - height / 2));
  const bottom = Math.max(...boxes.map(({ cy, height }) => cy + height / 2));
  const wanted = 1.5 * Math.max(right - left, bottom - top);
  return {
    cx: (left + right) / 2,
    cy: (top + bottom) / 2,
    side: Math.min(Math.max(wanted, frame.height / 3), 1.2 * Math.max(frame.width, frame.height)),
  };
}

function overlaySvg(region: CropRegion, truth: Box, predicted: Box | null): string {
  const outline = (box: Box, colour: string): string => {
    const { cx, cy, width, height } = toCrop(box, region, side);
    const shape = `x="${cx - width / 2}" y="${cy - height / 2}" width="${width}" height="${height}" fill="none"`;
    // a dark line under the coloured one: seen on any ground
    return `<rect ${shape} stroke="#000" stroke-opacity="0.6" stroke-width="4"/><rect ${shape} stroke="${colour}" stroke-width="2"/>`;
  };
  const drawn =
    outline(truth, palette.truth.light) +
    (predicted === null ? '' : outline(predicted, palette.prediction.light));
  return `<svg xmlns="http://www.w3.org/2000/svg" width="${side}" height="${side}">${drawn}</svg>`;
}
