import type { StackLayer } from '../engine/types.js';

/** Architecture of a Siamese network: plain 3x3 convolutions with BN and ReLU, pixel-wise correlation, a small head. */
export interface NetworkSpec {
  readonly name: string;
  readonly templateSize: number;
  readonly searchSize: number;
  /** Context around the box on each crop, see core's contextSide(). */
  readonly context: number;
  /** Shared by both branches. */
  readonly backbone: readonly StackLayer[];
  /** 1x1 mix of correlation maps (with the target's template cells, with the others) and search features, then 3x3 layers; the outputs hang on the last. */
  readonly head: readonly StackLayer[];
  readonly normalisation: {
    readonly mean: readonly [number, number, number];
    readonly deviation: readonly [number, number, number];
  };
}

const normalisation = { mean: [0.45, 0.45, 0.45], deviation: [0.25, 0.25, 0.25] } as const;

function layer(channels: number, stride = 1, kernel = 3): StackLayer {
  return { channels, kernel, stride, padding: (kernel - 1) / 2, relu: true };
}

/** The network that ships: stride 16, about 115 M multiply-adds a search pass. */
export const nano: NetworkSpec = {
  name: 'nano',
  templateSize: 127,
  searchSize: 255,
  context: 0.5,
  backbone: [layer(16, 2), layer(32, 2), layer(64, 2), layer(96, 2), layer(96), layer(96)],
  head: [layer(48, 1, 1), layer(48), layer(48)],
  normalisation,
};

/** A miniature for tests and the `tiny` preset: the same shape, a twentieth of the work. */
export const tiny: NetworkSpec = {
  ...nano,
  name: 'tiny',
  templateSize: 63,
  searchSize: 127,
  backbone: [layer(8, 2), layer(16, 2), layer(24, 2), layer(24, 2)],
  head: [layer(16, 1, 1), layer(16)],
};

/** nano's shape, wider: three times its multiply-adds. What nano is distilled from; it starts as a trained nano, see widen.ts. */
export const teacher: NetworkSpec = {
  ...nano,
  name: 'teacher',
  backbone: [layer(32, 2), layer(64, 2), layer(112, 2), layer(160, 2), layer(160), layer(160)],
  head: [layer(80, 1, 1), layer(80), layer(80)],
};

/** What `teacher` is to `nano`, to `tiny`. */
export const tinyTeacher: NetworkSpec = {
  ...tiny,
  name: 'tiny-teacher',
  backbone: [layer(12, 2), layer(28, 2), layer(40, 2), layer(40, 2)],
  head: [layer(28, 1, 1), layer(28)],
};

export const networkSpecs: Readonly<Record<string, NetworkSpec>> = {
  nano,
  tiny,
  teacher,
  'tiny-teacher': tinyTeacher,
};

/** Derived sizes of a spec. */
export interface NetworkGeometry {
  /** Sides of the feature maps, in cells. */
  readonly templateCells: number;
  readonly searchCells: number;
  readonly channels: number;
  /** Crop pixels per cell. */
  readonly stride: number;
  /** Cell i looks at crop coordinate offset + i * stride (continuous pixel coordinates). */
  readonly offset: number;
}

export function networkGeometry({ backbone, templateSize, searchSize }: NetworkSpec): NetworkGeometry {
  return {
    templateCells: outputSize(backbone, templateSize),
    searchCells: outputSize(backbone, searchSize),
    channels: lastChannels(backbone),
    stride: backbone.reduce((product, { stride }) => product * stride, 1),
    offset: centreOfFirstCell(backbone),
  };
}

/** Channels that the head reads: the correlation maps twice, inside and outside of the target's extent, and the search features. */
export function headInputs(spec: NetworkSpec): number {
  const { templateCells, channels } = networkGeometry(spec);
  return 2 * templateCells ** 2 + channels;
}

/** Multiply-adds of one search pass and parameters (with folded BN), for the contract. */
export function networkCost(spec: NetworkSpec): { multiplyAdds: number; parameters: number } {
  const { templateCells, searchCells, channels } = networkGeometry(spec);
  const maps = templateCells ** 2;
  const head = stackCost(spec.head, searchCells, headInputs(spec));
  const outputs = 9 * lastChannels(spec.head) * 5;
  const backbone = stackCost(spec.backbone, spec.searchSize, 3);
  return {
    multiplyAdds: backbone.multiplyAdds + searchCells ** 2 * (maps * channels + outputs) + head.multiplyAdds,
    parameters: backbone.parameters + head.parameters + outputs + 5,
  };
}

export function outputSize(layers: readonly StackLayer[], inputSize: number): number {
  return layers.reduce(
    (size, { kernel, stride, padding }) => Math.floor((size + 2 * padding - kernel) / stride) + 1,
    inputSize,
  );
}

export function lastChannels(layers: readonly StackLayer[]): number {
  const last = layers.at(-1);
  if (!last) throw new RangeError('a stack needs at least one layer');
  return last.channels;
}

function stackCost(layers: readonly StackLayer[], inputSize: number, inputChannels: number) {
  let [size, channels, multiplyAdds, parameters] = [inputSize, inputChannels, 0, 0];
  for (const each of layers) {
    size = outputSize([each], size);
    const weights = each.kernel ** 2 * channels * each.channels;
    multiplyAdds += weights * size * size;
    parameters += weights + each.channels;
    channels = each.channels;
  }
  return { multiplyAdds, parameters };
}

/** Centre of the receptive field of cell 0, in continuous input pixels. */
function centreOfFirstCell(layers: readonly StackLayer[]): number {
  let [centre, jump] = [0.5, 1];
  for (const { kernel, stride, padding } of layers) {
    centre += ((kernel - 1) / 2 - padding) * jump;
    jump *= stride;
  }
  return centre;
}
