import type { Random } from '../../core/random.js';
import {
  branches,
  layerNames,
  type Parameter,
  type Parameters,
  requireParameter,
  statisticNames,
} from './parameters.js';
import { networkGeometry, type NetworkSpec } from './spec.js';

/**
 * Net2WiderNet (Chen, Goodfellow, Shlens 2016, sec. 3.2): a wider network that answers as the trained one does, with the statistics of
 * a batch as with running ones. Channels are copied, each with its filter, normalisation and both branches' statistics; what reads a channel shares its
 * weight out among the copies.
 *
 * - Copies of a feature (the last layer of the backbone) are scaled by 1 / sqrt(copies), through gamma and beta, which ReLU lets pass:
 *   products and lengths of feature vectors stay, and with them every cosine of the correlation.
 * - The shares are uneven, drawn for every single weight: copies that were read alike would get gradients alike and never part. The paper
 *   adds noise instead, which changes the answer.
 *
 * @throws RangeError when the shapes do not belong together or a layer would get narrower.
 */
export function widen(
  parameters: Parameters,
  from: NetworkSpec,
  to: NetworkSpec,
  random: Random,
): Parameters {
  requireSameShape(from, to);
  requireWidths(parameters, from);
  const { templateCells } = networkGeometry(from);
  const wider: Parameters = new Map();
  const backbone = widenings(from.backbone, to.backbone, random);
  const features = backbone.at(-1)!;
  widenStack(parameters, wider, 'backbone', backbone, identity(3), random);
  const { gamma, beta } = layerNames('backbone', backbone.length - 1);
  for (const name of [gamma, beta]) scaleCopies(requireParameter(wider, name).data, features);
  // the head reads the correlation maps, inside and outside of the extent, whose number stays, then the features
  const maps = 2 * templateCells ** 2;
  const input: Widening = {
    sources: [...identity(maps).sources, ...features.sources.map((source) => maps + source)],
    copies: [...identity(maps).copies, ...features.copies],
    // w x = sum of (w s_i sqrt(n)) (x / sqrt(n)) over the n copies, the shares s_i adding up to 1
    gain: [...identity(maps).gain, ...features.copies.map(Math.sqrt)],
  };
  const head = widenings(from.head, to.head, random);
  widenStack(parameters, wider, 'head', head, input, random);
  for (const name of ['score', 'shift', 'ratio']) {
    const filter = requireParameter(parameters, `${name}.filter`);
    wider.set(`${name}.filter`, widenFilter(filter, head.at(-1)!, identity(filter.shape[3]!), random));
    const { shape, data } = requireParameter(parameters, `${name}.bias`);
    wider.set(`${name}.bias`, { shape, data: data.slice() });
  }
  return wider;
}

/** Where each channel of the wider layer comes from. */
interface Widening {
  /** Channel of the narrow layer, for every channel of the wide one. */
  readonly sources: readonly number[];
  /** How often that channel stands in the wide layer. */
  readonly copies: readonly number[];
  /** What its readers multiply their weight by, besides sharing it out. */
  readonly gain: readonly number[];
}

type Widths = readonly { readonly channels: number }[];

function widenings(from: Widths, to: Widths, random: Random): Widening[] {
  return from.map(({ channels }, index) => widening(channels, to[index]!.channels, random));
}

/** All channels, then copies of channels drawn without repetition until all have one more, and again. */
function widening(narrow: number, wide: number, random: Random): Widening {
  const sources = [...identity(narrow).sources];
  let pool: number[] = [];
  while (sources.length < wide) {
    if (pool.length === 0) pool = [...identity(narrow).sources];
    sources.push(...pool.splice(random.below(pool.length), 1));
  }
  const counts = new Array<number>(narrow).fill(0);
  for (const source of sources) counts[source]! += 1;
  return { sources, copies: sources.map((source) => counts[source]!), gain: sources.map(() => 1) };
}

function identity(channels: number): Widening {
  const each = (value: number): number[] => new Array<number>(channels).fill(value);
  return { sources: [...each(0).keys()], copies: each(1), gain: each(1) };
}

function widenStack(
  parameters: Parameters,
  wider: Parameters,
  stack: string,
  layers: readonly Widening[],
  input: Widening,
  random: Random,
): void {
  let before = input;
  layers.forEach((layer, index) => {
    const { filter, gamma, beta } = layerNames(stack, index);
    wider.set(filter, widenFilter(requireParameter(parameters, filter), before, layer, random));
    const statistics = branches
      .flatMap((branch) => Object.values(statisticNames(stack, index, branch)))
      .filter((name) => parameters.has(name));
    for (const name of [gamma, beta, ...statistics]) {
      const { data } = requireParameter(parameters, name);
      const copied = Float32Array.from(layer.sources, (source) => data[source]!);
      wider.set(name, { shape: [copied.length], data: copied });
    }
    before = layer;
  });
}

/** [k, k, in, out]: outputs are copied, inputs shared out. */
function widenFilter(
  { shape, data }: Parameter,
  input: Widening,
  output: Widening,
  random: Random,
): Parameter {
  const [height, width, inputs, outputs] = shape as [number, number, number, number];
  const [wideInputs, wideOutputs] = [input.sources.length, output.sources.length];
  const wide = new Float32Array(height * width * wideInputs * wideOutputs);
  for (let tap = 0; tap < height * width; tap += 1) {
    for (let o = 0; o < wideOutputs; o += 1) {
      const shares = drawShares(input, random);
      for (let i = 0; i < wideInputs; i += 1) {
        const weight = data[(tap * inputs + input.sources[i]!) * outputs + output.sources[o]!]!;
        wide[(tap * wideInputs + i) * wideOutputs + o] = weight * shares[i]! * input.gain[i]!;
      }
    }
  }
  return { shape: [height, width, wideInputs, wideOutputs], data: wide };
}

/** A share for every channel; those of the copies of one channel add up to 1, none is more than three times another. */
function drawShares({ sources, copies }: Widening, random: Random): number[] {
  const drawn = copies.map((count) => (count === 1 ? 1 : random.uniform(0.5, 1.5)));
  const sums: number[] = [];
  sources.forEach((source, i) => (sums[source] = (sums[source] ?? 0) + drawn[i]!));
  return drawn.map((value, i) => value / sums[sources[i]!]!);
}

function scaleCopies(values: Float32Array, { copies }: Widening): void {
  copies.forEach((count, i) => (values[i]! /= Math.sqrt(count)));
}

function requireSameShape(from: NetworkSpec, to: NetworkSpec): void {
  const shapeOf = ({
    templateSize,
    searchSize,
    context,
    backbone,
    head,
    normalisation,
  }: NetworkSpec): string =>
    JSON.stringify([
      [templateSize, searchSize, context, normalisation],
      [backbone, head].map((stack) => stack.map((layer) => ({ ...layer, channels: 0 }))),
    ]);
  if (shapeOf(from) !== shapeOf(to))
    throw new RangeError(`${to.name} has not the shape of ${from.name}: only widths may differ`);
  for (const stack of ['backbone', 'head'] as const) {
    from[stack].forEach(({ channels }, index) => {
      const wide = to[stack][index]!.channels;
      if (wide < channels)
        throw new RangeError(
          `${stack} layer ${index} of ${to.name} has ${wide} channels, of ${from.name} ${channels}`,
        );
    });
  }
}

function requireWidths(parameters: Parameters, spec: NetworkSpec): void {
  for (const stack of ['backbone', 'head'] as const) {
    spec[stack].forEach(({ channels }, index) => {
      if (requireParameter(parameters, layerNames(stack, index).gamma).data.length !== channels)
        throw new RangeError(`the parameters are not those of ${spec.name}: ${stack} layer ${index} differs`);
    });
  }
}
