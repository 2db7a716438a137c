import { createHash } from 'node:crypto';
import type { Box } from '../../../core/geometry/box.js';
import { extentInCrop, searchRegion, templateRegion } from '../../../core/geometry/crop-region.js';
import type { CropSampler } from '../../../core/image/sampler.js';
import type { ModelContract } from '../../../core/model/contract.js';
import type { Extent } from '../../../core/model/network.js';
import type { StoredClip } from '../../store/clip.js';
import type { FrameStore } from '../../store/frame-store.js';

/** A place of an unlabelled clip that a model is shown: a template from one stored frame, a search crop from a later one. */
export interface Sample {
  readonly clip: string;
  /** Stored frame of the template, and of the search crop. */
  readonly frame: number;
  readonly searchFrame: number;
  /** A proposed box, image pixels of the stored frame. */
  readonly box: Box;
  /** How far the search region's centre lies from the box's, as a share of its side: targets are not always in the middle. */
  readonly shift: readonly [number, number];
}

/** What the graphs take: uint8 RGB crops, CHW. */
export interface SampleCrops {
  readonly template: Uint8Array;
  readonly search: Uint8Array;
  /** Of the target in the template crop, for models that take it. */
  readonly extent: Extent;
}

/** @throws TrainingError when the store's file is short. */
export function cutCrops(
  store: FrameStore,
  sampler: CropSampler,
  clip: StoredClip,
  { frame, searchFrame, box, shift }: Sample,
  { template, search, context }: ModelContract,
): SampleCrops {
  const crops = {
    template: new Uint8Array(3 * template.cropSize ** 2),
    search: new Uint8Array(3 * search.cropSize ** 2),
    extent: extentInCrop(box, context, template.cropSize),
  };
  sampler.sampleCrop(
    store.readFrame(clip, frame),
    templateRegion(box, context),
    template.cropSize,
    crops.template,
  );
  const region = searchRegion(box, context, {
    templateSize: template.cropSize,
    searchSize: search.cropSize,
  });
  const moved = {
    ...region,
    cx: region.cx + shift[0] * region.side,
    cy: region.cy + shift[1] * region.side,
  };
  sampler.sampleCrop(store.readFrame(clip, searchFrame), moved, search.cropSize, crops.search);
  return crops;
}

/** SHA-256 of both crops: says that a frame is decoded and cut as it was. */
export function hashCrops({ template, search }: Pick<SampleCrops, 'template' | 'search'>): string {
  return createHash('sha256').update(template).update(search).digest('hex');
}

/** Standard deviation of a crop's values, grey levels: near 0 for a black or empty picture. */
export function contrastOf(crop: Uint8Array): number {
  let sum = 0;
  let squares = 0;
  for (const value of crop) {
    sum += value;
    squares += value * value;
  }
  const mean = sum / crop.length;
  return Math.sqrt(Math.max(0, squares / crop.length - mean * mean));
}
