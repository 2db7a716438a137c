import * as tf from '@tensorflow/tfjs';
import { convolutionShape, poolingShape } from '../convolution-shape.js';
import { matmulShape } from '../matmul-shape.js';
import type { WasmHeap } from '../wasm/heap.js';
import type { Kernel, KernelOverrides } from '../wasm/kernel-overrides.js';
import { DataType } from './constants.js';
import type { OneDnn } from './context.js';
import {
  convolutionBackwardData,
  convolutionBackwardFilter,
  convolutionForward,
  type ConvolutionPass,
} from './convolution.js';
import type { HeapAddress } from './heap-address.js';
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
  overrides.set('BatchMatMul', (original) => batchMatmul(memory, original!));
}

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
    const inputShape = attrs['inputShape'] as number[];
    const { shape } = convolutionShape(inputShape, filter.shape, attrs);
    const dx = heap.output(inputShape);
    run(convolutionBackwardData(context, shape, DataType.fp32), address, dy, filter, dx);
    return dx;
  };
}

function convolutionGradientOfFilter({ context, heap, address }: KernelMemory): Kernel {
  return ({ inputs, attrs }) => {
    const [x, dy] = [inputs['x']!, inputs['dy']!];
    const filterShape = attrs['filterShape'] as number[];
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

function pool({ context, heap, address }: KernelMemory, kind: PoolingKind): Kernel {
  return ({ inputs, attrs }) => {
    const x = inputs['x']!;
    const { shape, outShape } = poolingShape(x.shape, attrs);
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
    const { shape, outShape } = poolingShape(x.shape, attrs);
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

function batchMatmul({ context, heap, address }: KernelMemory, original: Kernel): Kernel {
  return (call) => {
    const settled = matmulShape(call);
    if (!settled) return original(call);
    const result = heap.output(settled.outShape);
    const product = matmul(context, settled.shape);
    product.run(address.of(call.inputs['a']!), address.of(call.inputs['b']!), address.of(result));
    return result;
  };
}
