import { isDecayed, isTrainable, type Parameters } from '../network/parameters.js';

export interface AdamWOptions {
  readonly learningRate: number;
  readonly beta1?: number;
  readonly beta2?: number;
  readonly epsilon?: number;
  readonly weightDecay?: number;
  /** Gradients are scaled down so that their common L2 norm is at most this. */
  readonly maxNorm?: number;
}

/** First and second moments per trainable array, and the number of steps taken. */
export interface AdamState {
  step: number;
  readonly first: Map<string, Float32Array>;
  readonly second: Map<string, Float32Array>;
}

export function initialAdamState(parameters: Parameters): AdamState {
  const zeros = (): Map<string, Float32Array> =>
    new Map(
      [...parameters]
        .filter(([name]) => isTrainable(name))
        .map(([name, { data }]) => [name, new Float32Array(data.length)]),
    );
  return { step: 0, first: zeros(), second: zeros() };
}

/**
 * One step of Adam with decoupled weight decay (Loshchilov & Hutter 2019, alg. 2), in place.
 * @returns the gradients' norm before clipping; NaN or infinity there means nothing was changed.
 */
export function adamwStep(
  parameters: Parameters,
  gradients: ReadonlyMap<string, Float32Array>,
  state: AdamState,
  {
    learningRate,
    beta1 = 0.9,
    beta2 = 0.999,
    epsilon = 1e-8,
    weightDecay = 1e-4,
    maxNorm = 10,
  }: AdamWOptions,
): number {
  const norm = commonNorm(gradients);
  if (!Number.isFinite(norm)) return norm;
  const clip = Math.min(1, maxNorm / (norm + 1e-12));
  state.step += 1;
  const correction1 = 1 - beta1 ** state.step;
  const correction2 = 1 - beta2 ** state.step;
  for (const [name, gradient] of gradients) {
    const weights = parameters.get(name)?.data;
    const first = state.first.get(name);
    const second = state.second.get(name);
    if (!weights || !first || !second) throw new RangeError(`gradient of an unknown parameter ${name}`);
    const decay = isDecayed(name) ? learningRate * weightDecay : 0;
    for (let i = 0; i < weights.length; i += 1) {
      const g = gradient[i]! * clip;
      const m = beta1 * first[i]! + (1 - beta1) * g;
      const v = beta2 * second[i]! + (1 - beta2) * g * g;
      first[i] = m;
      second[i] = v;
      const step = (learningRate * (m / correction1)) / (Math.sqrt(v / correction2) + epsilon);
      weights[i] = weights[i]! * (1 - decay) - step;
    }
  }
  return norm;
}

function commonNorm(gradients: ReadonlyMap<string, Float32Array>): number {
  let sum = 0;
  for (const gradient of gradients.values()) for (const value of gradient) sum += value * value;
  return Math.sqrt(sum);
}
