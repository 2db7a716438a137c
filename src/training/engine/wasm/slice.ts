import * as tf from '@tensorflow/tfjs';
import { size } from '../sides.js';
import type { WasmHeap } from './heap.js';
import type { Kernel } from './kernel-overrides.js';

/** Slice, without the backend's copy of the whole input first. */
export function slice(heap: WasmHeap, original: Kernel | undefined): Kernel {
  return (call) => {
    const x = call.inputs['x']!;
    if (x.dtype === 'string') return original!(call);
    const { begin, size: length } = call.attrs as { begin: number[]; size: number[] };
    const [start, sides] = tf.slice_util.parseSliceParams(x, begin, length) as [number[], number[]];
    tf.slice_util.assertParamsValid(x, start, sides);
    return cut(heap, x, start, sides);
  };
}

/** Tensors along one axis, each one slice. */
export function unpack(heap: WasmHeap): Kernel<tf.TensorInfo[]> {
  return ({ inputs, attrs }) => {
    const value = inputs['value']!;
    const axis = tf.util.parseAxisParam(attrs['axis'] as number, value.shape)[0]!;
    const sides = value.shape.with(axis, 1);
    return Array.from({ length: value.shape[axis]! }, (_, i) => {
      const start = value.shape.map((_side, other) => (other === axis ? i : 0));
      return { ...cut(heap, value, start, sides), shape: value.shape.toSpliced(axis, 1) };
    });
  };
}

function cut(
  heap: WasmHeap,
  x: tf.TensorInfo,
  start: readonly number[],
  sides: readonly number[],
): tf.TensorInfo {
  const result = heap.output(sides, x.dtype);
  if (size(sides) === 0) return result;
  const [from, to] = [heap.values(x), heap.values(result)];
  // the trailing axes that are taken whole, and the one before them, are one run of memory
  let axis = sides.length - 1;
  while (axis > 0 && sides[axis] === x.shape[axis]) axis--;
  const run = size(sides.slice(Math.max(axis, 0)));
  const strides = denseStrides(x.shape);
  const outer = sides.slice(0, Math.max(axis, 0));
  const index = outer.map(() => 0);
  let offset = start.reduce((sum, begin, i) => sum + begin * strides[i]!, 0);
  for (let written = 0; written < to.length; written += run) {
    to.set(from.subarray(offset, offset + run), written);
    for (let i = outer.length - 1; i >= 0; i--) {
      index[i]!++;
      offset += strides[i]!;
      if (index[i]! < outer[i]!) break;
      offset -= outer[i]! * strides[i]!;
      index[i] = 0;
    }
  }
  return result;
}

function denseStrides(sides: readonly number[]): number[] {
  return sides.map((_, i) => size(sides.slice(i + 1)));
}
