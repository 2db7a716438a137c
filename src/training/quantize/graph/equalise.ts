import { type ConvLayer, convLayers } from './conv-layers.js';
import { consumersOf, type Initializer, type ModelGraph, replaceInitializers } from './model-graph.js';

/** A layer whose channels were rescaled, and those that undo it. */
export interface EqualisedPair {
  readonly layer: string;
  readonly into: readonly string[];
}

/** No channel is stretched or squeezed by more than this. */
const mostFactor = 16;

/**
 * Cross-layer equalisation (Nagel et al. 2019, sec. 4.1): a channel behind a Relu may be divided by s and the weights that read it
 * multiplied by s, and nothing else changes. Weights have a scale a channel already, but activations share one for the tensor, so the
 * first range of their eq. 11 is the activation's: s = sqrt(activation / weights that read it), normalised to keep the tensor's greatest
 * value. A layer whose output anything but convolutions without groups reads is left.
 *
 * @param peaks greatest activation of every channel, by layer
 */
export function equalise(
  model: ModelGraph,
  peaks: ReadonlyMap<string, Float32Array>,
): { readonly graph: ModelGraph; readonly pairs: readonly EqualisedPair[] } {
  let graph = model;
  const pairs: EqualisedPair[] = [];
  for (const { name } of convLayers(model)) {
    // read anew: the layer before may have changed its weights
    const layers = convLayers(graph);
    const layer = layers.find((one) => one.name === name)!;
    const readers = layers.filter(({ input }) => input === layer.output);
    const reads = consumersOf(graph, layer.output).length;
    const plain =
      readers.every(({ groups }) => groups === 1) && !graph.outputs.some((one) => one.name === layer.output);
    if (!layer.relu || readers.length === 0 || readers.length < reads || !plain) continue;
    const factors = factorsOf(layer, readers, peaks.get(name)!);
    graph = replaceInitializers(graph, [
      ...divided(layer, factors),
      ...readers.map((reader) => multiplied(reader, factors)),
    ]);
    pairs.push({ layer: name, into: readers.map((reader) => reader.name) });
  }
  return { graph, pairs };
}

function factorsOf(layer: ConvLayer, readers: readonly ConvLayer[], peaks: Float32Array): Float32Array {
  const reach = new Float32Array(peaks.length);
  for (const { weight } of readers) {
    const taps = weight.data.length / (weight.shape[0]! * peaks.length);
    for (const [index, value] of weight.data.entries()) {
      const channel = Math.floor(index / taps) % peaks.length;
      reach[channel] = Math.max(reach[channel]!, Math.abs(value));
    }
  }
  const raw = peaks.map((peak, channel) =>
    peak > 0 && reach[channel]! > 0 ? Math.sqrt(peak / reach[channel]!) : Number.NaN,
  );
  const top = peaks.reduce((most, peak) => Math.max(most, peak), 0);
  const topAfter = peaks.reduce(
    (most, peak, channel) => Math.max(most, Number.isNaN(raw[channel]!) ? 0 : peak / raw[channel]!),
    0,
  );
  return raw.map((factor) => {
    if (Number.isNaN(factor) || !(topAfter > 0)) return 1; // a channel that is never used
    return Math.min(mostFactor, Math.max(1 / mostFactor, (factor * topAfter) / top));
  });
}

function divided({ weight, bias }: ConvLayer, factors: Float32Array): Initializer[] {
  const taps = weight.data.length / factors.length;
  return [
    { ...weight, data: weight.data.map((value, index) => value / factors[Math.floor(index / taps)]!) },
    ...(bias ? [{ ...bias, data: bias.data.map((value, channel) => value / factors[channel]!) }] : []),
  ];
}

function multiplied({ weight }: ConvLayer, factors: Float32Array): Initializer {
  const taps = weight.data.length / (weight.shape[0]! * factors.length);
  const scaled = weight.data.map(
    (value, index) => value * factors[Math.floor(index / taps) % factors.length]!,
  );
  return { ...weight, data: scaled };
}
