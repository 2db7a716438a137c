import type { BatchStatistics } from '../engine/types.js';
import { type Branch, type Parameters, requireParameter, statisticNames } from './parameters.js';

/** Keeps the running BN statistics inside `parameters` up to date: running <- momentum * running + (1 - momentum) * batch. */
export class RunningStatistics {
  readonly #parameters: Parameters;
  readonly #momentum: number;

  constructor(parameters: Parameters, momentum = 0.98) {
    this.#parameters = parameters;
    this.#momentum = momentum;
  }

  update(stack: string, branch: Branch, layers: readonly BatchStatistics[]): void {
    layers.forEach(({ mean, variance }, index) => {
      const names = statisticNames(stack, index, branch);
      this.#blend(requireParameter(this.#parameters, names.mean).data, mean);
      this.#blend(requireParameter(this.#parameters, names.variance).data, variance);
    });
  }

  #blend(running: Float32Array, fresh: Float32Array): void {
    for (let i = 0; i < running.length; i += 1) {
      running[i] = this.#momentum * running[i]! + (1 - this.#momentum) * fresh[i]!;
    }
  }
}
