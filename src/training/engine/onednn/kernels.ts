import * as tf from '@tensorflow/tfjs';
import { size } from '../sides.js';
import { type WasmHeap } from '../wasm/heap.js';
import { type Kernel, type KernelCall, type KernelOverrides } from '../wasm/kernel-overrides.js';
import { DataType } from './constants.js';
import { type OneDnn } from './context.js';
import {
  convolutionBackwardData,
  convolutionBackwardFilter,
  convolutionForward,
  type ConvolutionPass,
  type ConvolutionShape,
} from './convolution.js';
import { type HeapAddress } from './heap-address.js';
import { matmul } from './matmul.js';
import { pooling, type PoolingKind } from './pooling.js';

/** What a kernel needs: the library, and tensors in the heap with their addresses. */
export interface KernelMemory {
  readonly context: OneDnn;
  readonly heap: WasmHeap;
  readonly address: HeapAddress;
}

/** Has tfjs' convolutions, poolings and matrix products (all fp32) run by oneDNN. */
export function registerOneDnnKernels(overrides: KernelOverrides, memory: KernelMemory): void {
  overrides.set('Conv2D', () => convolution(memory));
  overrides.set('Conv2DBackpropInput', () => convolutionGradientOfInput(memory));
  overrides.set('Conv2DBackpropFilter', () => convolutionGradientOfFilter(memory));
  overrides.set('MaxPool', () => pool(memory, 'max'));
  overrides.set('MaxPoolGrad', () => poolGradient(memory, 'max'));
  overrides.set('AvgPool', () => pool(memory, 'average'));
  overrides.set('AvgPoolGrad', () => poolGradient(memory, 'average'));
  overrides.set('BatchMatMul', (original) => batchMatmul(memory, original));
}

type Pair = number | [number, number];
/** Attributes of the kernels of convolution and pooling, as tfjs names them. */
interface WindowAttributes {
  readonly strides: Pair;
  readonly pad: 'same' | 'valid' | number | tf.backend_util.ExplicitPadding;
  readonly dilations?: Pair;
  readonly dimRoundingMode?: 'floor' | 'round' | 'ceil';
  readonly dataFormat?: 'NHWC' | 'NCHW';
}
type Shape4 = [number, number, number, number];

function convolution({ context, heap, address }: KernelMemory): Kernel {
  return ({ inputs, attrs }) => {
    const [x, filter] = [inputs['x']!, inputs['filter']!];
    const { shape, outShape } = convolutionShape(x.shape, filter.shape, attrs);
    const y = heap.output(outShape);
    const pass = convolutionForward(context, shape, DataType.fp32);
    run(pass, address, x, filter, y);
    return y;
  };
}

function convolutionGradientOfInput({ context, heap, address }: KernelMemory): Kernel {
  return ({ inputs, attrs }) => {
    const [dy, filter] = [inputs['dy']!, inputs['filter']!];
    const inputShape = attrs['inputShape'] as Shape4;
    const { shape } = convolutionShape(inputShape, filter.shape, attrs);
    const dx = heap.output(inputShape);
    run(convolutionBackwardData(context, shape, DataType.fp32), address, dy, filter, dx);
    return dx;
  };
}

function convolutionGradientOfFilter({ context, heap, address }: KernelMemory): Kernel {
  return ({ inputs, attrs }) => {
    const [x, dy] = [inputs['x']!, inputs['dy']!];
    const filterShape = attrs['filterShape'] as Shape4;
    const { shape } = convolutionShape(x.shape, filterShape, attrs);
    const filterGradient = heap.output(filterShape);
    run(convolutionBackwardFilter(context, shape, DataType.fp32), address, x, dy, filterGradient);
    return filterGradient;
  };
}

/** Addresses are taken after the last allocation: that may have moved the heap. */
function run(
  pass: ConvolutionPass,
  address: HeapAddress,
  first: tf.TensorInfo,
  second: tf.TensorInfo,
  result: tf.TensorInfo,
): void {
  pass.run(address.of(first), address.of(second), address.of(result));
}

function convolutionShape(
  xShape: readonly number[],
  filterShape: readonly number[],
  attrs: KernelCall['attrs'],
): { shape: ConvolutionShape; outShape: Shape4 } {
  const { strides, pad, dilations = 1, dimRoundingMode } = attrs as unknown as WindowAttributes;
  const info = tf.backend_util.computeConv2DInfo(
    xShape as Shape4,
    filterShape as Shape4,
    strides,
    dilations,
    pad,
    dimRoundingMode,
  );
  return { shape: shapeOf(info), outShape: info.outShape };
}

function shapeOf(info: tf.backend_util.Conv2DInfo): ConvolutionShape {
  return {
    input: {
      batch: info.batchSize,
      height: info.inHeight,
      width: info.inWidth,
      channels: info.inChannels,
    },
    output: {
      batch: info.batchSize,
      height: info.outHeight,
      width: info.outWidth,
      channels: info.outChannels,
    },
    kernel: [info.filterHeight, info.filterWidth],
    stride: [info.strideHeight, info.strideWidth],
    dilation: [info.dilationHeight, info.dilationWidth],
    padding: [info.padInfo.top, info.padInfo.left],
  };
}

function pool({ context, heap, address }: KernelMemory, kind: PoolingKind): Kernel {
  return ({ inputs, attrs }) => {
    const x = inputs['x']!;
    const { shape, outShape } = poolShape(x.shape, attrs);
    const y = heap.output(outShape);
    const operation = pooling(context, kind, shape);
    const workspace = context.scratch('workspace', operation.workspaceBytes);
    operation.forward(address.of(x), address.of(y), workspace);
    return y;
  };
}

function poolGradient({ context, heap, address }: KernelMemory, kind: PoolingKind): Kernel {
  return ({ inputs, attrs }) => {
    const [dy, x] = [inputs['dy']!, inputs['input']!];
    const { shape, outShape } = poolShape(x.shape, attrs);
    const y = heap.output(outShape);
    const dx = heap.output(x.shape);
    const operation = pooling(context, kind, shape);
    const workspace = context.scratch('workspace', operation.workspaceBytes);
    // tfjs keeps no workspace from the forward pass: make it again
    if (operation.workspaceBytes > 0) operation.forward(address.of(x), address.of(y), workspace);
    operation.backward(address.of(dy), address.of(dx), workspace);
    tf.backend().disposeData(y.dataId);
    return dx;
  };
}

function poolShape(
  xShape: readonly number[],
  attrs: KernelCall['attrs'],
): { shape: ConvolutionShape; outShape: Shape4 } {
  const { strides, pad, dimRoundingMode } = attrs as unknown as WindowAttributes;
  const info = tf.backend_util.computePool2DInfo(
    xShape as Shape4,
    attrs['filterSize'] as Pair,
    strides,
    1,
    pad,
    dimRoundingMode,
  );
  return { shape: shapeOf(info), outShape: info.outShape };
}

function batchMatmul({ context, heap, address }: KernelMemory, original: Kernel | undefined): Kernel {
  return (call) => {
    const [a, b] = [call.inputs['a']!, call.inputs['b']!];
    const { transposeA, transposeB } = call.attrs as { transposeA: boolean; transposeB: boolean };
    const batchSides = repeatedSides(a.shape.slice(0, -2), b.shape.slice(0, -2));
    if (!batchSides || a.dtype !== 'float32' || b.dtype !== 'float32') {
      if (!original)
        throw new Error(`no kernel for the product of [${a.shape.join()}] and [${b.shape.join()}]`);
      return original(call);
    }
    const rows = a.shape.at(transposeA ? -1 : -2)!;
    const inner = a.shape.at(transposeA ? -2 : -1)!;
    const columns = b.shape.at(transposeB ? -2 : -1)!;
    const result = heap.output([...batchSides, rows, columns]);
    const [batchA, batchB] = [size(a.shape.slice(0, -2)), size(b.shape.slice(0, -2))];
    const product = matmul(context, { batchA, batchB, rows, inner, columns, transposeA, transposeB });
    product.run(address.of(a), address.of(b), address.of(result));
    return result;
  };
}

/** Sides of the batch where both are equal or one is a single matrix; undefined where they repeat in a mixed way. */
function repeatedSides(a: readonly number[], b: readonly number[]): readonly number[] | undefined {
  if (a.join() === b.join()) return a;
  const longer = Math.max(a.length, b.length);
  const ones = (sides: readonly number[]): number[] => [
    ...new Array<number>(longer - sides.length).fill(1),
    ...sides,
  ];
  if (size(a) === 1) return ones(b);
  if (size(b) === 1) return ones(a);
  return undefined;
}
