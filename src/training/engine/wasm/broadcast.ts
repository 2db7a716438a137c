import * as tf from '@tensorflow/tfjs';
import type { WasmHeap } from './heap.js';
import type { Kernel, KernelOverrides } from './kernel-overrides.js';
import { repeat } from './tile.js';

/** Binary kernels that compute the place of every element as soon as the shapes differ: 20 times slower than on equal ones. */
const SLOW_WHEN_BROADCAST = [
  ...['Equal', 'NotEqual', 'Greater', 'GreaterEqual', 'Less', 'LessEqual', 'LogicalAnd', 'LogicalOr'],
  ...['Maximum', 'Minimum', 'Pow', 'SquaredDifference', 'Mod', 'FloorDiv', 'Atan2'],
] as const;

/** Has them repeat the smaller operand first. */
export function registerBroadcastKernels(overrides: KernelOverrides, heap: WasmHeap): void {
  for (const name of SLOW_WHEN_BROADCAST) {
    overrides.set(name, (original) => withEqualShapes(heap, original!));
  }
}

function withEqualShapes(heap: WasmHeap, kernel: Kernel): Kernel {
  return (call) => {
    const [a, b] = [call.inputs['a']!, call.inputs['b']!];
    if (a.dtype === 'string' || a.shape.join() === b.shape.join()) return kernel(call);
    const sides = tf.broadcast_util.assertAndGetBroadcastShape(a.shape, b.shape);
    const [wideA, wideB] = [widen(heap, a, sides), widen(heap, b, sides)];
    const result = kernel({ ...call, inputs: { a: wideA, b: wideB } });
    for (const [wide, given] of [
      [wideA, a],
      [wideB, b],
    ] as const) {
      if (wide.dataId !== given.dataId) tf.backend().disposeData(wide.dataId);
    }
    return result;
  };
}

function widen(heap: WasmHeap, x: tf.TensorInfo, sides: readonly number[]): tf.TensorInfo {
  const shape = [...new Array<number>(sides.length - x.shape.length).fill(1), ...x.shape];
  const times = sides.map((side, i) => (shape[i] === side ? 1 : side));
  if (times.every((count) => count === 1)) return { ...x, shape };
  return repeat(heap, { ...x, shape }, times);
}
