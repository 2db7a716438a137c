import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { TrainingError } from '../../core/errors.js';
import { parseModelContract } from '../../core/model/contract.js';
import { readModel } from '../onnx/model-reader.js';
import type { FoldedLayer } from './fold.js';
import { headInputs, networkGeometry, type NetworkSpec } from './spec.js';

/** The stacks of a float model folder; the outputs behind the head are left out. */
export interface FoldedStacks {
  readonly template: readonly FoldedLayer[];
  readonly search: readonly FoldedLayer[];
  readonly head: readonly FoldedLayer[];
  /** The score's convolution. */
  readonly score: FoldedLayer;
  /** Shift and ratio; null for models from before they were told the target's extent. */
  readonly box: readonly [shift: FoldedLayer, ratio: FoldedLayer] | null;
}

/**
 * Reads the convolutions back out of a model folder that exportModel() wrote.
 * @throws TrainingError when its layers are not those of `spec`.
 */
export async function readFoldedStacks(dir: string, spec: NetworkSpec): Promise<FoldedStacks> {
  const contractFile = join(dir, 'contract.json');
  const contract = parseModelContract(await readFile(contractFile, 'utf8'), contractFile);
  const [template, search] = await Promise.all(
    [contract.template.file, contract.search.file].map(async (file) =>
      convolutions(await readFile(join(dir, file))),
    ),
  );
  const [backbone, head] = [spec.backbone.length, spec.head.length];
  const stacks = {
    template: template!.map((layer, i) => (i === 0 ? unscaled(layer, spec) : layer)),
    search: search!.slice(0, backbone).map((layer, i) => (i === 0 ? unscaled(layer, spec) : layer)),
    head: search!
      .slice(backbone, backbone + head)
      .map((layer, i) => (i === 0 ? readingBoth(layer, spec) : layer)),
  };
  const widths = ({ outputs }: FoldedLayer): number => outputs;
  const found = JSON.stringify(
    [stacks.template, stacks.search, stacks.head].map((stack) => stack.map(widths)),
  );
  const layers = [spec.backbone, spec.backbone, spec.head].map((stack) =>
    stack.map(({ channels }) => channels),
  );
  if (found !== JSON.stringify(layers))
    throw new TrainingError(
      `${dir}: layers of ${found} channels, ${spec.name} has ${JSON.stringify(layers)}`,
    );
  const [score, shift, ratio] = search!.slice(backbone + head);
  const told = contract.search.extent === true;
  return { ...stacks, score: score!, box: told ? [shift!, ratio!] : null };
}

/** All convolutions of a graph, in order, with filters [k, k, in, out]. */
function convolutions(bytes: Uint8Array): FoldedLayer[] {
  const { nodes, initializers } = readModel(bytes);
  return nodes
    .filter(({ operator }) => operator === 'Conv')
    .map(({ inputs: [, weightName = '', biasName = ''], outputs: [output = ''], attributes }) => {
      const weight = initializers.get(weightName);
      const bias = initializers.get(biasName);
      if (!(weight?.data instanceof Float32Array) || !(bias?.data instanceof Float32Array))
        throw new TrainingError(`convolution "${weightName}": weights are not float constants`);
      const [outputs, inputs, kernel] = weight.shape as [number, number, number, number];
      const { strides } = attributes;
      return {
        kernel,
        stride: strides && 'ints' in strides ? strides.ints[0]! : 1,
        padding: (kernel - 1) / 2,
        relu: nodes.some((node) => node.operator === 'Relu' && node.inputs[0] === output),
        inputs,
        outputs,
        filter: fromOihw(weight.data, { kernel, inputs, outputs }),
        bias: bias.data,
      };
    });
}

/** [out, in, k, k] -> [k, k, in, out]. */
function fromOihw(
  weights: Float32Array,
  { kernel, inputs, outputs }: Pick<FoldedLayer, 'kernel' | 'inputs' | 'outputs'>,
): Float32Array {
  const taps = kernel * kernel;
  return Float32Array.from({ length: weights.length }, (_, i) => {
    const o = i % outputs;
    const input = Math.floor(i / outputs) % inputs;
    const tap = Math.floor(i / (outputs * inputs));
    return weights[(o * inputs + input) * taps + tap]!;
  });
}

/** Takes the deviation of the pixels, which export folded in, out of the first filter again. */
function unscaled(layer: FoldedLayer, { normalisation: { deviation } }: NetworkSpec): FoldedLayer {
  const { filter, outputs } = layer;
  return {
    ...layer,
    filter: filter.map((value, i) => value * 255 * deviation[Math.floor(i / outputs) % 3]!),
  };
}

/** A head that read the correlation maps once reads them inside and outside of the target's extent: what it answers stays. */
function readingBoth(layer: FoldedLayer, spec: NetworkSpec): FoldedLayer {
  const { inputs, outputs, filter } = layer;
  if (inputs === headInputs(spec)) return layer;
  const maps = networkGeometry(spec).templateCells ** 2 * outputs;
  const both = new Float32Array(filter.length + maps);
  both.set(filter.subarray(0, maps));
  both.set(filter, maps);
  return { ...layer, inputs: inputs + maps / outputs, filter: both };
}
