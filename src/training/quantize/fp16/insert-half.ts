import { type ConvLayer, convLayers } from '../graph/conv-layers.js';
import { consumersOf, type ModelGraph } from '../graph/model-graph.js';
import { GraphEditor } from '../qdq/graph-editor.js';
import { halfMax, toHalf } from './half.js';

export interface HalfGraph {
  readonly graph: ModelGraph;
  /** Convolutions left in float32: 16 bits cannot hold their weights or biases, or an output of the graph is theirs. */
  readonly left: readonly string[];
}

const [float32, float16] = [{ to: { int: 1 } }, { to: { int: 10 } }];

/**
 * Convolutions and their Relus in float16; all else, inputs and outputs among it, stays float32: sums of squares and exponentials
 * overflow in 16 bits, and they cost nothing.
 */
export function insertHalf(model: ModelGraph): HalfGraph {
  const all = convLayers(model);
  // an output of the graph is float32 by contract
  const declared = new Set(model.outputs.map(({ name }) => name));
  const layers = all.filter(
    (layer) => fits(layer) && !declared.has(layer.output) && !declared.has(layer.raw),
  );
  const editor = new GraphEditor(model);
  const halves = new Map<string, string>();
  const halfReaders = new Set(layers.map(({ node }) => node));
  // 1. what a layer makes is float16 by itself; its readers in float32 get a cast
  for (const { output } of layers) {
    const others = consumersOf(model, output).filter((reader) => !halfReaders.has(reader));
    halves.set(output, output);
    if (others.length === 0) continue;
    const whole = editor.node('Cast', `${output}_float`, [output], float32);
    for (const reader of others) {
      for (const [place, name] of reader.inputs.entries())
        if (name === output) editor.rewire(reader, place, whole);
    }
  }
  for (const { name, node, input, weight, bias } of layers) {
    // 2. what it reads and no layer made
    const half = halves.get(input) ?? editor.node('Cast', `${input}_half`, [input], float16);
    halves.set(input, half);
    editor.rewire(node, 0, half);
    // 3. weights and biases
    editor.rewire(
      node,
      1,
      editor.constant(`${name}_weight_half`, halfArray(weight.data), weight.shape, 'float16'),
    );
    if (bias)
      editor.rewire(
        node,
        2,
        editor.constant(`${name}_bias_half`, halfArray(bias.data), bias.shape, 'float16'),
      );
  }
  return {
    graph: editor.finish(),
    left: all.filter((layer) => !layers.includes(layer)).map(({ name }) => name),
  };
}

function fits({ weight, bias }: ConvLayer): boolean {
  const holds = (value: number): boolean => Math.abs(value) < halfMax;
  return weight.data.every(holds) && (bias?.data.every(holds) ?? true);
}

function halfArray(values: Float32Array): Uint16Array {
  return Uint16Array.from(values, toHalf);
}
