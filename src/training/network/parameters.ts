import { createHash } from 'node:crypto';
import type { Random } from '../../core/random.js';
import type { StackLayer } from '../engine/types.js';
import { headInputs, lastChannels, type NetworkSpec } from './spec.js';

/** One named array of weights, optimiser state or statistics. */
export interface Parameter {
  readonly shape: readonly number[];
  readonly data: Float32Array;
}

/** Name -> array, in a fixed order. Trainable ones and running statistics (`*.mean`, `*.variance`) side by side. */
export type Parameters = Map<string, Parameter>;

export const branches = ['template', 'search'] as const;
/** Running statistics are kept per branch: each graph folds the BN statistics of its own crops. */
export type Branch = (typeof branches)[number];

/** He-initialised network (He et al. 2015, eq. 10); score bias -2, so that training starts from "mostly background". */
export function initialParameters(spec: NetworkSpec, random: Random): Parameters {
  const parameters: Parameters = new Map();
  addStack(parameters, 'backbone', spec.backbone, 3, branches, random);
  addStack(parameters, 'head', spec.head, headInputs(spec), ['search'], random);
  const width = lastChannels(spec.head);
  for (const [name, outputs, bias] of [
    ['score', 1, -2],
    ['shift', 2, 0],
    ['ratio', 2, 0],
  ] as const) {
    parameters.set(`${name}.filter`, normal([3, 3, width, outputs], 0.01, random));
    parameters.set(`${name}.bias`, { shape: [outputs], data: new Float32Array(outputs).fill(bias) });
  }
  return parameters;
}

/** Tells one set of values from another: the first 16 hex digits of their SHA-256. */
export function fingerprint(parameters: Parameters): string {
  const hash = createHash('sha256');
  for (const [name, { data }] of parameters) hash.update(name).update(data);
  return hash.digest('hex').slice(0, 16);
}

/** Names of the trainable arrays of a stack layer. */
export function layerNames(stack: string, index: number): { filter: string; gamma: string; beta: string } {
  const prefix = `${stack}.${index}`;
  return { filter: `${prefix}.filter`, gamma: `${prefix}.gamma`, beta: `${prefix}.beta` };
}

/** Names of the running statistics of a stack layer in one branch. */
export function statisticNames(
  stack: string,
  index: number,
  branch: Branch,
): { mean: string; variance: string } {
  return { mean: `${stack}.${index}.${branch}.mean`, variance: `${stack}.${index}.${branch}.variance` };
}

export function isTrainable(name: string): boolean {
  return !name.endsWith('.mean') && !name.endsWith('.variance');
}

/** Weight decay acts on filters only: not on BN parameters, nor on biases. */
export function isDecayed(name: string): boolean {
  return name.endsWith('.filter');
}

export function cloneParameters(parameters: Parameters): Parameters {
  return new Map([...parameters].map(([name, { shape, data }]) => [name, { shape, data: data.slice() }]));
}

export function requireParameter(parameters: Parameters, name: string): Parameter {
  const parameter = parameters.get(name);
  if (!parameter) throw new RangeError(`no parameter named ${name}`);
  return parameter;
}

export function addStack(
  parameters: Parameters,
  stack: string,
  layers: readonly StackLayer[],
  inputChannels: number,
  statistics: readonly Branch[],
  random: Random,
): void {
  let channels = inputChannels;
  layers.forEach((layer, index) => {
    const shape = [layer.kernel, layer.kernel, channels, layer.channels];
    const names = layerNames(stack, index);
    parameters.set(names.filter, normal(shape, Math.sqrt(2 / (layer.kernel ** 2 * channels)), random));
    parameters.set(names.gamma, constant(layer.channels, 1));
    parameters.set(names.beta, constant(layer.channels, 0));
    for (const branch of statistics) {
      const { mean, variance } = statisticNames(stack, index, branch);
      parameters.set(mean, constant(layer.channels, 0));
      parameters.set(variance, constant(layer.channels, 1));
    }
    channels = layer.channels;
  });
}

export function normal(shape: readonly number[], sigma: number, random: Random): Parameter {
  const count = shape.reduce((product, side) => product * side, 1);
  return { shape, data: Float32Array.from({ length: count }, () => random.normal(sigma)) };
}

function constant(count: number, value: number): Parameter {
  return { shape: [count], data: new Float32Array(count).fill(value) };
}
