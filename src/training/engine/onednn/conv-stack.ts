import * as tf from '@tensorflow/tfjs';
import type { ConvolutionShape, ImageShape } from '../convolution-shape.js';
import { type ImageSides, stackShapes } from '../stack-shapes.js';
import {
  type BatchStatistics,
  DEFAULT_EPSILON,
  type StackLayer,
  type StackOptions,
  type StackParameters,
} from '../types.js';
import { batchNorm, type BatchNorm } from './batch-norm.js';
import { DataType } from './constants.js';
import { convert } from './convert.js';
import { convolutionBackwardData, convolutionBackwardFilter, convolutionForward } from './convolution.js';
import type { KernelMemory } from './kernels.js';

const BYTES = { [DataType.fp32]: 4, [DataType.bf16]: 2 } as const;
const PARAMETERS_PER_LAYER = 3;

/** One layer, its shapes and types settled. */
interface PlannedLayer {
  readonly convolution: ConvolutionShape;
  readonly norm: BatchNorm;
  readonly type: DataType;
  readonly inputSize: number;
  readonly outputSize: number;
}

/** What a layer keeps for its gradient. `input` and `y` (before the normalisation) are of the layer's type. */
interface Kept {
  readonly input: tf.Tensor;
  readonly y: tf.Tensor;
  readonly mean: tf.Tensor;
  readonly variance: tf.Tensor;
  readonly workspace: tf.Tensor;
  readonly filter: tf.Tensor;
  readonly gamma: tf.Tensor;
  readonly beta: tf.Tensor;
}
const KEPT_PER_LAYER = 8;

type SaveTensors = (tensors: tf.Tensor[]) => void;

/**
 * Convolutions, batch normalisations and ReLUs as one operation of tfjs. Activations between the layers have the given type; they are
 * tensors of the heap like any other (opaque ones: a bf16 tensor looks like an fp32 one of half the length), so tfjs frees them.
 */
export function convStack(
  memory: KernelMemory,
  type: DataType,
  x: tf.Tensor4D,
  layers: readonly StackLayer[],
  parameters: readonly StackParameters[],
  { onStatistics, inputGradient = false, epsilon = DEFAULT_EPSILON }: StackOptions = {},
): tf.Tensor4D {
  const shapes = stackShapes(x.shape, layers, parameters);
  const plan = layers.map((layer, i) => planLayer(memory, type, layer, shapes[i]!, shapes[i + 1]!, epsilon));
  const operation = tf.customGrad<tf.Tensor4D>((...inputs) => {
    const save = inputs.at(-1) as SaveTensors;
    const [image, ...flat] = inputs.slice(0, -1) as tf.Tensor[];
    const { value, kept } = forward(memory, plan, image!, flat, shapes.at(-1)!);
    onStatistics?.(kept.map((layer) => readStatistics(layer)));
    save(kept.flatMap(flatten));
    return {
      value,
      gradFunc: (dy: tf.Tensor, saved: tf.Tensor[]) =>
        backward(
          memory,
          plan,
          dy,
          plan.map((_, i) => unflatten(saved, i)),
          shapes[0]!,
          inputGradient,
        ),
    };
  });
  return operation(x, ...parameters.flatMap(({ filter, gamma, beta }) => [filter, gamma, beta]));
}

function planLayer(
  { context }: KernelMemory,
  type: DataType,
  { kernel, stride, padding, relu }: StackLayer,
  inputSides: ImageSides,
  outputSides: ImageSides,
  epsilon: number,
): PlannedLayer {
  const [input, output] = [imageShape(inputSides), imageShape(outputSides)];
  return {
    convolution: {
      input,
      output,
      kernel: [kernel, kernel],
      stride: [stride, stride],
      dilation: [1, 1],
      padding: [padding, padding],
    },
    norm: batchNorm(context, { image: output, type, relu, epsilon }),
    type,
    inputSize: inputSides.reduce((product, side) => product * side, 1),
    outputSize: outputSides.reduce((product, side) => product * side, 1),
  };
}

function imageShape([batch, height, width, channels]: ImageSides): ImageShape {
  return { batch, height, width, channels };
}

function forward(
  memory: KernelMemory,
  plan: readonly PlannedLayer[],
  image: tf.Tensor,
  flat: readonly tf.Tensor[],
  outputSides: ImageSides,
): { value: tf.Tensor4D; kept: Kept[] } {
  const { context, heap, address } = memory;
  let current = image;
  let currentType: DataType = DataType.fp32;
  const kept = plan.map((layer, i): Kept => {
    const { convolution, norm, type, outputSize } = layer;
    const [filter, gamma, beta] = flat.slice(i * PARAMETERS_PER_LAYER) as [tf.Tensor, tf.Tensor, tf.Tensor];
    const { channels } = convolution.output;
    const input = cast(memory, current, layer.inputSize, currentType, type);
    const [y, z] = [heap.bytes(outputSize * BYTES[type]), heap.bytes(outputSize * BYTES[type])];
    const [mean, variance] = [heap.tensor([channels]), heap.tensor([channels])];
    const workspace = heap.bytes(norm.workspaceBytes);
    // y = conv(x), z = relu(norm(y)); addresses only now, after the last allocation
    const at = (tensor: tf.Tensor): number => address.of(tensor);
    convolutionForward(context, convolution, type).run(at(input), at(filter), at(y));
    norm.forward({
      x: at(y),
      gamma: at(gamma),
      beta: at(beta),
      mean: at(mean),
      variance: at(variance),
      y: at(z),
      workspace: at(workspace),
    });
    current = z;
    currentType = type;
    return { input, y, mean, variance, workspace, filter, gamma, beta };
  });
  const value = cast(memory, current, plan.at(-1)!.outputSize, currentType, DataType.fp32);
  return { value: value.reshape(outputSides), kept };
}

/** Gradients of the image (or a placeholder, which tfjs does not look at) and of filter, gamma and beta of each layer. */
function backward(
  memory: KernelMemory,
  plan: readonly PlannedLayer[],
  dy: tf.Tensor,
  kept: readonly Kept[],
  inputSides: ImageSides,
  inputGradient: boolean,
): tf.Tensor[] {
  const { context, heap, address } = memory;
  const at = (tensor: tf.Tensor): number => address.of(tensor);
  const gradients: tf.Tensor[] = [];
  const last = plan.at(-1)!;
  let gradient = cast(memory, dy, last.outputSize, DataType.fp32, last.type);
  let isOurs = gradient !== dy;
  for (let i = plan.length - 1; i >= 0; i--) {
    const { convolution, norm, type, inputSize, outputSize } = plan[i]!;
    const { input, y, mean, variance, workspace, filter, gamma, beta } = kept[i]!;
    const { channels } = convolution.output;
    // through ReLU and normalisation
    const normGradient = heap.bytes(outputSize * BYTES[type]);
    const [dgamma, dbeta] = [heap.tensor([channels]), heap.tensor([channels])];
    norm.backward({
      x: at(y),
      mean: at(mean),
      variance: at(variance),
      dy: at(gradient),
      gamma: at(gamma),
      beta: at(beta),
      workspace: at(workspace),
      dx: at(normGradient),
      dgamma: at(dgamma),
      dbeta: at(dbeta),
    });
    if (isOurs) gradient.dispose();
    // to the filter
    const dfilter = heap.tensor(filter.shape);
    convolutionBackwardFilter(context, convolution, type).run(at(input), at(normGradient), at(dfilter));
    gradients.unshift(dfilter, dgamma, dbeta);
    // to the input: the image's gradient is fp32, that of a layer has the type of the layer before
    if (i > 0 || inputGradient) {
      const inputType = i > 0 ? plan[i - 1]!.type : DataType.fp32;
      gradient = i > 0 ? heap.bytes(inputSize * BYTES[inputType]) : heap.tensor(inputSides);
      isOurs = true;
      const pass = convolutionBackwardData(context, convolution, type, inputType);
      pass.run(at(normGradient), at(filter), at(gradient));
    }
    normGradient.dispose();
  }
  return [inputGradient ? gradient : tf.scalar(0), ...gradients];
}

/** The same numbers in another type: the tensor itself where it has that type already. */
function cast(
  { context, heap, address }: KernelMemory,
  tensor: tf.Tensor,
  count: number,
  from: DataType,
  to: DataType,
): tf.Tensor {
  if (from === to) return tensor;
  const result = heap.bytes(count * BYTES[to]);
  convert(context, count, [from, address.of(tensor)], [to, address.of(result)]);
  return result;
}

function readStatistics({ mean, variance }: Kept): BatchStatistics {
  return { mean: mean.dataSync<'float32'>(), variance: variance.dataSync<'float32'>() };
}

function flatten({ input, y, mean, variance, workspace, filter, gamma, beta }: Kept): tf.Tensor[] {
  return [input, y, mean, variance, workspace, filter, gamma, beta];
}

function unflatten(saved: readonly tf.Tensor[], layer: number): Kept {
  const mine = saved.slice(layer * KEPT_PER_LAYER, (layer + 1) * KEPT_PER_LAYER);
  const [input, y, mean, variance, workspace, filter, gamma, beta] = mine as [
    ...Kept4,
    tf.Tensor,
    tf.Tensor,
    tf.Tensor,
    tf.Tensor,
  ];
  return { input, y, mean, variance, workspace, filter, gamma, beta };
}
type Kept4 = [tf.Tensor, tf.Tensor, tf.Tensor, tf.Tensor];
