import { UsageError } from '../../core/errors.js';
import type { AdamMoments, AdamOptions } from './types.js';

/**
 * Adam (Kingma and Ba, ICLR 2015, algorithm 1) with decoupled weight decay (Loshchilov and Hutter, ICLR 2019), in place.
 * @throws UsageError where lengths differ or `step` is no positive integer.
 */
export function updateAdam(
  parameter: Float32Array,
  gradient: Float32Array,
  { first, second }: AdamMoments,
  { step, learningRate, beta1 = 0.9, beta2 = 0.999, epsilon = 1e-8, weightDecay = 0 }: AdamOptions,
): void {
  const { length } = parameter;
  if (gradient.length !== length || first.length !== length || second.length !== length) {
    throw new UsageError(
      `Adam: ${length} parameters, ${gradient.length} gradients, moments ${first.length} and ${second.length}`,
    );
  }
  if (!(Number.isInteger(step) && step > 0))
    throw new UsageError(`Adam: step ${step} is no positive integer`);
  // the bias corrections of both moments, folded into the step size and epsilon
  const correction2 = Math.sqrt(1 - beta2 ** step);
  const size = (learningRate * correction2) / (1 - beta1 ** step);
  const scaledEpsilon = epsilon * correction2;
  const keep = 1 - learningRate * weightDecay;
  for (let i = 0; i < length; i++) {
    const g = gradient[i]!;
    const m = beta1 * first[i]! + (1 - beta1) * g;
    const v = beta2 * second[i]! + (1 - beta2) * g * g;
    first[i] = m;
    second[i] = v;
    parameter[i] = keep * parameter[i]! - (size * m) / (Math.sqrt(v) + scaledEpsilon);
  }
}
