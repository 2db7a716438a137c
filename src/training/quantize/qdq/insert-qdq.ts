import { type ConvLayer, convLayers } from '../graph/conv-layers.js';
import { consumersOf, type ModelGraph } from '../graph/model-graph.js';
import type { Range } from '../ranges/histogram.js';
import { type DirectPixels, directPixels } from './direct-pixels.js';
import { GraphEditor } from './graph-editor.js';
import { quantizeBias, quantizeWeights } from './quantize-weights.js';
import { type Int8Form, type Scheme, schemeFor } from './scheme.js';

export interface QdqOptions {
  readonly form: Int8Form;
  /** Of every tensor a quantized layer reads or makes. */
  readonly ranges: ReadonlyMap<string, Range>;
  /** Names of the convolutions that stay in float. */
  readonly keepFloat: ReadonlySet<string>;
}

/**
 * Writes a float graph in QDQ form: a QuantizeLinear and a DequantizeLinear around every tensor between the quantized convolutions, their
 * weights as int8 a channel. All else stays in float.
 *
 * In the form `int8-cpu` biases are int32 and weights int8 constants, as onnxruntime fuses them. In `int8-trt` weights and biases stay
 * float constants, weights behind a QuantizeLinear of their own, as TensorRT's parser wants explicit quantization.
 */
export function insertQdq(model: ModelGraph, { form, ranges, keepFloat }: QdqOptions): ModelGraph {
  const all = convLayers(model);
  const layers = all.filter(({ name }) => !keepFloat.has(name));
  const floatLayers = all.filter(({ name }) => keepFloat.has(name));
  const editor = new GraphEditor(model);
  const schemeOf = (tensor: string): Scheme => {
    const range = ranges.get(tensor);
    if (!range) throw new RangeError(`no range was measured for "${tensor}"`);
    return schemeFor(form, range);
  };
  const inputs = new Map<string, string>();

  // 1. what the layers make: every reader sees the rounded tensor, else nothing could be fused
  for (const { output } of layers) {
    const rounded = addPair(editor, output, schemeOf(output));
    for (const reader of consumersOf(model, output)) redirect(editor, reader, output, rounded);
    if (form === 'int8-cpu') {
      for (const layer of floatLayers.filter(({ input }) => input === output))
        shield(editor, layer, schemeOf);
    }
    inputs.set(output, rounded);
  }
  for (const layer of layers) {
    // 2. what they read and no layer made
    const direct = form === 'int8-cpu' ? directPixels(layer) : null;
    const scheme = direct ? pixelScheme(direct) : schemeOf(layer.input);
    if (direct) {
      editor.rewire(layer.node, 0, addDequantize(editor, direct.source, `${layer.name}_pixels`, scheme));
    } else if (!inputs.has(layer.input)) {
      const rounded = addPair(editor, layer.input, scheme);
      for (const { node } of layers.filter(({ input }) => input === layer.input)) {
        redirect(editor, node, layer.input, rounded);
      }
      inputs.set(layer.input, rounded);
    }
    // 3. weights and biases
    addWeights(editor, layer, form, scheme.scale, direct?.biasShift);
  }
  return editor.finish();
}

/**
 * onnxruntime itself would round the weights of a float convolution that stands between a DequantizeLinear and a QuantizeLinear, with one
 * scale for all channels (its WeightBiasQuantization). It does not where the scale before it is a vector: a vector of equal numbers
 * keeps the layer in float.
 */
function shield(
  editor: GraphEditor,
  { name, node, input, weight, groups }: ConvLayer,
  schemeOf: (tensor: string) => Scheme,
): void {
  const { type, scale, zeroPoint } = schemeOf(input);
  const channels = groups * (weight.shape[1] ?? 1);
  const zeros = (type === 'uint8' ? new Uint8Array(channels) : new Int8Array(channels)).fill(zeroPoint);
  const parameters = [
    editor.constant(`${name}_input_scale`, new Float32Array(channels).fill(scale), [channels]),
    editor.constant(`${name}_input_zero`, zeros, [channels]),
  ];
  const floats = editor.node('DequantizeLinear', `${name}_input_dq`, [`${input}_q`, ...parameters], {
    axis: { int: 1 },
  });
  editor.rewire(node, 0, floats);
}

/** Tensors whose ranges `insertQdq` needs. */
export function quantizedTensors(model: ModelGraph): string[] {
  return [...new Set(convLayers(model).flatMap(({ input, output }) => [input, output]))];
}

function pixelScheme({ zeroPoint }: DirectPixels): Scheme {
  return { type: 'uint8', scale: 1, zeroPoint };
}

function addPair(editor: GraphEditor, tensor: string, scheme: Scheme): string {
  const parameters = addParameters(editor, tensor, scheme);
  const quantized = editor.node('QuantizeLinear', `${tensor}_q`, [tensor, ...parameters]);
  return editor.node('DequantizeLinear', `${tensor}_dq`, [quantized, ...parameters]);
}

function addDequantize(editor: GraphEditor, tensor: string, name: string, scheme: Scheme): string {
  return editor.node('DequantizeLinear', `${name}_dq`, [tensor, ...addParameters(editor, name, scheme)]);
}

function addParameters(
  editor: GraphEditor,
  name: string,
  { type, scale, zeroPoint }: Scheme,
): [string, string] {
  const zero = type === 'uint8' ? Uint8Array.of(zeroPoint) : Int8Array.of(zeroPoint);
  return [
    editor.constant(`${name}_scale`, Float32Array.of(scale), []),
    editor.constant(`${name}_zero`, zero, []),
  ];
}

function addWeights(
  editor: GraphEditor,
  { name, node, weight, bias }: ConvLayer,
  form: Int8Form,
  inputScale: number,
  biasShift: Float32Array | undefined,
): void {
  const [channels = 1] = weight.shape;
  const quantized = quantizeWeights(weight.data, channels);
  const scales = editor.constant(`${name}_weight_scale`, quantized.scales, [channels]);
  const zeros = editor.constant(`${name}_weight_zero`, new Int8Array(channels), [channels]);
  const attributes = { axis: { int: 0 } };
  const bytes =
    form === 'int8-cpu'
      ? editor.constant(`${name}_weight_int8`, quantized.data, weight.shape)
      : editor.node('QuantizeLinear', `${name}_weight_q`, [weight.name, scales, zeros], attributes);
  editor.rewire(
    node,
    1,
    editor.node('DequantizeLinear', `${name}_weight_dq`, [bytes, scales, zeros], attributes),
  );
  if (form !== 'int8-cpu' || (bias === null && !biasShift)) return;
  const numbers = Float32Array.from(
    { length: channels },
    (_, channel) => (bias?.data[channel] ?? 0) + (biasShift?.[channel] ?? 0),
  );
  const whole = quantizeBias(numbers, inputScale, quantized);
  const units = editor.constant(`${name}_bias_scale`, whole.scales, [channels]);
  const none = editor.constant(`${name}_bias_zero`, new Int32Array(channels), [channels]);
  const int32 = editor.constant(`${name}_bias_int32`, whole.data, [channels]);
  editor.rewire(
    node,
    2,
    editor.node('DequantizeLinear', `${name}_bias_dq`, [int32, units, none], attributes),
  );
}

function redirect(editor: GraphEditor, node: ModelGraph['nodes'][number], from: string, to: string): void {
  for (const [place, name] of node.inputs.entries()) if (name === from) editor.rewire(node, place, to);
}
