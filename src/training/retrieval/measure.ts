import { setImmediate } from 'node:timers/promises';
import { type Box, iou } from '../../core/geometry/box.js';
import { templateRegion } from '../../core/geometry/crop-region.js';
import type { Frame } from '../../core/image/frame.js';
import { createCropSampler } from '../../core/image/sampler.js';
import type { Network, TemplateFeatures } from '../../core/model/network.js';
import { objectRim } from '../discriminate/embedding-model.js';
import { backgroundIou } from '../discriminate/object-source.js';
import type { RetrievalTrial } from './trials.js';

export interface RetrievalShare {
  /** Stored frames. */
  readonly interval: number;
  readonly trials: number;
  /** Share of trials whose true place is ranked first; null without a trial. */
  readonly first: number | null;
  /** What guessing would reach. */
  readonly chance: number | null;
}

/**
 * Is the true place ranked first among its surroundings? The object's embedding against that of the true place and of boxes
 * of the same size around it, which overlap it by less than 0.3 and have their centre in the frame; a tie is not a find.
 * The embedding is what `embed` gives, its object cells averaged to one unit vector.
 * @param readFrame a frame that stays valid until the next call
 */
export async function measureRetrieval(
  network: Network,
  trials: readonly RetrievalTrial[],
  readFrame: (clip: string, index: number) => Frame,
  { signal }: { readonly signal?: AbortSignal | undefined } = {},
): Promise<RetrievalShare[]> {
  const embed = embedder(network);
  const results: { interval: number; found: boolean; chance: number }[] = [];
  for (const { clip, frame, box, interval, truth } of trials) {
    const object = await embed(readFrame(clip, frame), box);
    const later = readFrame(clip, frame + interval);
    const own = dot(object, await embed(later, truth));
    const others = surroundings(truth, later);
    let found = true;
    for (const other of others) found &&= dot(object, await embed(later, other)) < own;
    results.push({ interval, found, chance: 1 / (1 + others.length) });
    await setImmediate();
    signal?.throwIfAborted();
  }
  return [...new Set(trials.map(({ interval }) => interval))]
    .sort((a, b) => a - b)
    .map((interval) => {
      const own = results.filter((result) => result.interval === interval);
      const mean = (of: (result: (typeof own)[number]) => number): number | null =>
        own.length === 0 ? null : own.reduce((sum, result) => sum + of(result), 0) / own.length;
      return {
        interval,
        trials: own.length,
        first: mean(({ found }) => (found ? 1 : 0)),
        chance: mean(({ chance }) => chance),
      };
    });
}

/** Boxes of the same size around one, three quarters of its sides apart. */
export function surroundings(truth: Box, frame: Pick<Frame, 'width' | 'height'>): Box[] {
  const shifts = [-1.5, -0.75, 0, 0.75, 1.5];
  return shifts
    .flatMap((down) =>
      shifts.map((right) => ({
        ...truth,
        cx: truth.cx + right * truth.width,
        cy: truth.cy + down * truth.height,
      })),
    )
    .filter(
      (box) =>
        box.cx >= 0 &&
        box.cy >= 0 &&
        box.cx <= frame.width &&
        box.cy <= frame.height &&
        iou(box, truth) < backgroundIou,
    );
}

/** Mean of the cells the object covers, unit length: what the background-discrimination model gives, and a fitted network's features pooled alike. */
export function pooled({ data, shape: [channels, height, width] }: TemplateFeatures): Float32Array {
  const [top, left] = [objectRim(height), objectRim(width)];
  const sums = Float32Array.from({ length: channels }, (_, channel) => {
    let sum = 0;
    for (let row = top; row < height - top; row += 1)
      for (let column = left; column < width - left; column += 1)
        sum += data[(channel * height + row) * width + column]!;
    return sum;
  });
  const length = Math.hypot(...sums);
  return length > 0 ? sums.map((sum) => sum / length) : sums;
}

function embedder(network: Network): (frame: Frame, box: Box) => Promise<Float32Array> {
  const { template, context } = network.contract;
  const sampler = createCropSampler();
  const crop = new Uint8Array(3 * template.cropSize ** 2);
  return async (frame, box) => {
    sampler.sampleCrop(frame, templateRegion(box, context), template.cropSize, crop);
    return pooled(await network.embed(crop));
  };
}

function dot(a: Float32Array, b: Float32Array): number {
  return a.reduce((sum, value, i) => sum + value * b[i]!, 0);
}
