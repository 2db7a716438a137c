import { InferenceError } from '../../core/errors.js';
import type { ModelContract } from '../../core/model/contract.js';
import type { Extent } from '../../core/model/network.js';
import { createRandom } from '../../core/random.js';

/** A provider that opens the model and computes something else than the CPU. */
export class ProviderTrialError extends InferenceError {}

/** What a model answers in a trial, by tensor. */
export type TrialAnswers = Readonly<Record<string, Float32Array>>;

/** Crops that a provider is tried with: a coarse random pattern with a light slope, so that every layer has something to do. */
export interface TrialCrops {
  readonly template: Uint8Array;
  readonly search: Uint8Array;
  /** For models that take it. */
  readonly extent: Extent;
}

/** The same for every provider and every run. */
export function trialCrops({ template, search }: ModelContract): TrialCrops {
  const extent = [template.cropSize * 0.4, template.cropSize * 0.6] as const;
  return { template: pattern(template.cropSize, 1), search: pattern(search.cropSize, 2), extent };
}

/**
 * Greatest difference allowed in any number of a tensor, absolute; distances as a share of the search crop's side. Providers add in another
 * order (1e-5), in TF32 (1e-3) or in float16 (1e-2), and in 8 bits round half a step to the other side.
 */
export function trialTolerance({ precision }: Pick<ModelContract, 'precision'>): number {
  switch (precision) {
    case 'fp32':
      return 0.02;
    case 'fp16':
      return 0.04;
    case 'int8-cpu':
    case 'int8-trt':
      return 0.1;
  }
}

/**
 * Compares a provider's answers with the CPU's.
 * @throws ProviderTrialError naming the tensor, the difference and the tolerance.
 */
export function checkTrial(
  contract: ModelContract,
  provider: string,
  expected: TrialAnswers,
  found: TrialAnswers,
): void {
  const tolerance = trialTolerance(contract);
  for (const [name, numbers] of Object.entries(expected)) {
    const unit = name === 'distances' ? contract.search.cropSize : 1;
    const worst = greatestDifference(numbers, found[name]) / unit;
    if (worst <= tolerance) continue;
    const by = Number.isFinite(worst) ? `by ${worst.toPrecision(2)}` : 'and are not numbers';
    throw new ProviderTrialError(
      `${provider} computes other ${name} than the CPU ${by} (tolerance ${tolerance})`,
    );
  }
}

/** NaN counts as infinitely wrong. */
function greatestDifference(expected: Float32Array, found: Float32Array | undefined): number {
  if (found?.length !== expected.length) return Infinity;
  let worst = 0;
  for (let index = 0; index < expected.length; index += 1) {
    const difference = Math.abs(expected[index]! - found[index]!);
    if (!(difference <= worst)) worst = Number.isNaN(difference) ? Infinity : difference;
  }
  return worst;
}

/** CHW, blocks of 16 pixels. */
function pattern(side: number, seed: number): Uint8Array {
  const random = createRandom(seed);
  const block = 16;
  const blocks = Math.ceil(side / block);
  const levels = Array.from({ length: 3 * blocks * blocks }, () => random.below(200));
  const crop = new Uint8Array(3 * side * side);
  for (let index = 0; index < crop.length; index += 1) {
    const column = index % side;
    const row = Math.floor(index / side) % side;
    const channel = Math.floor(index / (side * side));
    const level = levels[(channel * blocks + Math.floor(row / block)) * blocks + Math.floor(column / block)]!;
    crop[index] = level + Math.floor((50 * column) / side);
  }
  return crop;
}
