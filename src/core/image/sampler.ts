import type { CropRegion } from '../geometry/crop-region.js';
import type { Frame } from './frame.js';
import { type Colour, meanColour } from './mean-colour.js';
import { CropPainter } from './sampling/crop-painter.js';
import type { Homography } from './sampling/homography.js';
import { type CropLayout, cropTarget, fillTarget } from './sampling/target.js';
import { WarpPainter } from './sampling/warp-painter.js';

export { type Colour, meanColour } from './mean-colour.js';
export { type Homography } from './sampling/homography.js';
export { type CropLayout } from './sampling/target.js';

export interface CropOptions {
  /** Order of the output's bytes; default `chw`. */
  readonly layout?: CropLayout;
  /** Colour of what lies outside the frame; default the frame's mean colour. */
  readonly fill?: Colour;
}

export interface WarpOptions extends CropOptions {
  /** Averages taps x taps bilinear samples spread over every crop pixel: set it to the shrink factor, rounded up. Default 1. */
  readonly taps?: number;
}

/**
 * Cuts square uint8 RGB crops out of frames in their native format, reading only the pixels needed.
 *
 * A crop pixel whose centre falls outside the frame is painted in the fill colour; one whose centre falls inside is
 * resampled from the frame, whose outermost pixels are repeated half a pixel outwards. YUV is converted by BT.601, studio
 * range unless `frame.fullRange`; gray8 is full range. Chroma samples are taken to lie in the middle of the luma samples they
 * belong to (as in JPEG and MPEG-1; MPEG-2 and H.264 put them half a luma pixel further left), and two neighbouring columns of
 * the crop (2k, 2k + 1) share the chroma sample nearest to the middle between them: crops have 4:2:2 chroma, not interpolated.
 *
 * Within 2 levels of the same in exact arithmetic. The time hangs on `size` alone: neither on the frame's size, nor the region's, nor what is seen.
 * The sampler keeps its tables between calls: make one and reuse it. It holds no reference to the frame.
 */
export interface CropSampler {
  /**
   * Resamples `region` to `size` x `size` pixels into `out` (at least 3 * size * size bytes).
   *
   * Enlarged, or shrunk by up to 2: bilinear. Shrunk by more: every pixel is the mean of 4 x 2 samples in its cell, not of all of
   * them, so that the time stays the same for any region: two pairs of neighbours in each of two rows (see AreaTaps). Stripes
   * and checkerboards of one pixel come out flat, stripes of two pixels, too, where they stand upright; the samples lie up to half
   * a source pixel off the cell's centre; chroma is still a single sample.
   *
   * @throws RangeError when the region is not finite or its side not positive, when `out` is too small, when the frame is empty or a plane too short.
   */
  sampleCrop(frame: Frame, region: CropRegion, size: number, out: Uint8Array, options?: CropOptions): void;

  /**
   * Resamples through a projective map of crop pixel coordinates (x, y, 1) to homogeneous image coordinates, both continuous.
   * Bilinear, chroma as above. Points behind the camera (third coordinate <= 0) are outside.
   *
   * @throws RangeError as `sampleCrop`, when the matrix is not nine finite numbers, when `taps` is not an integer in 1..16.
   */
  sampleWarp(frame: Frame, matrix: Homography, size: number, out: Uint8Array, options?: WarpOptions): void;
}

export function createCropSampler(): CropSampler {
  const crop = new CropPainter();
  const warp = new WarpPainter();
  return {
    sampleCrop: (frame, region, size, out, { layout = 'chw', fill } = {}) => {
      checkRegion(region);
      const target = cropTarget(out, size, layout);
      crop.paint(frame, region, target, () => {
        fillTarget(target, fill ?? meanColour(frame));
      });
    },
    sampleWarp: (frame, matrix, size, out, { layout = 'chw', fill, taps = 1 } = {}) => {
      checkMatrix(matrix);
      if (!(Number.isInteger(taps) && taps >= 1 && taps <= 16)) {
        throw new RangeError(`taps must be an integer from 1 to 16, got ${taps}`);
      }
      const target = cropTarget(out, size, layout);
      warp.paint(frame, matrix, taps, target, () => {
        fillTarget(target, fill ?? meanColour(frame));
      });
    },
  };
}

function checkRegion({ cx, cy, side }: CropRegion): void {
  if (Number.isFinite(cx) && Number.isFinite(cy) && Number.isFinite(side) && side > 0) return;
  throw new RangeError(
    `region must have a finite centre and a positive side, got cx ${cx}, cy ${cy}, side ${side}`,
  );
}

function checkMatrix(matrix: Homography): void {
  if (matrix.length === 9 && matrix.every((value) => Number.isFinite(value))) return;
  throw new RangeError(`matrix must be nine finite numbers, got [${matrix.join(', ')}]`);
}
