import type * as tfjs from '@tensorflow/tfjs';
import type { Engine, StackParameters } from '../engine/types.js';
import { isTrainable, layerNames, type Parameters } from './parameters.js';

/** The trainable arrays of a network as tfjs variables; `assign` copies fresh values in, `dispose` frees them. */
export class Variables {
  readonly #tf: Engine['tf'];
  readonly #variables = new Map<string, tfjs.Variable>();

  constructor({ tf }: Engine, parameters: Parameters) {
    this.#tf = tf;
    for (const [name, { shape, data }] of parameters) {
      if (!isTrainable(name)) continue;
      const start = tf.tensor(data, [...shape]);
      this.#variables.set(name, tf.variable(start, true));
      start.dispose();
    }
  }

  get list(): tfjs.Variable[] {
    return [...this.#variables.values()];
  }

  get names(): string[] {
    return [...this.#variables.keys()];
  }

  // eslint-disable-next-line @typescript-eslint/no-unnecessary-type-parameters -- the caller knows the rank
  get<T extends tfjs.Tensor>(name: string): T {
    const variable = this.#variables.get(name);
    if (!variable) throw new RangeError(`no variable named ${name}`);
    return variable as unknown as T;
  }

  /** Filters, gammas and betas of a stack, in layer order. */
  stack(name: string, layers: number): StackParameters[] {
    return Array.from({ length: layers }, (_, index) => {
      const { filter, gamma, beta } = layerNames(name, index);
      return { filter: this.get(filter), gamma: this.get(gamma), beta: this.get(beta) };
    });
  }

  assign(parameters: Parameters): void {
    for (const [name, variable] of this.#variables) {
      const parameter = parameters.get(name);
      if (!parameter) throw new RangeError(`no parameter named ${name}`);
      const fresh = this.#tf.tensor(parameter.data, [...parameter.shape]);
      variable.assign(fresh);
      fresh.dispose();
    }
  }

  dispose(): void {
    for (const variable of this.#variables.values()) variable.dispose();
    this.#variables.clear();
  }
}

/** Gradients as tf.variableGrads returns them, by the names of the parameters. */
export function namedGradients(variables: Variables, grads: tfjs.NamedTensorMap): Map<string, Float32Array> {
  const names = variables.names;
  const byVariable = new Map(variables.list.map((variable, index) => [variable.name, names[index]!]));
  return new Map(
    Object.entries(grads).map(([variable, gradient]) => [
      byVariable.get(variable)!,
      Float32Array.from(gradient.dataSync()),
    ]),
  );
}
