import type * as tf from '@tensorflow/tfjs';
import { size } from '../sides.js';
import type { WasmHeap } from './heap.js';
import type { Kernel } from './kernel-overrides.js';

/** Tile by copying runs of memory; the backend's own kernel computes the place of every element. */
export function tile(heap: WasmHeap, original: Kernel | undefined): Kernel {
  return (call) => {
    const x = call.inputs['x']!;
    if (x.dtype === 'string') return original!(call);
    return repeat(heap, x, call.attrs['reps'] as number[]);
  };
}

/** `x` repeated `times[i]` times along axis i. */
export function repeat(heap: WasmHeap, x: tf.TensorInfo, times: readonly number[]): tf.TensorInfo {
  const result = heap.output(
    x.shape.map((side, i) => side * times[i]!),
    x.dtype,
  );
  if (size(result.shape) === 0) return result;
  const to = heap.values(result);
  to.set(heap.values(x));
  let run = size(x.shape); // elements written so far, packed at the front
  let inner = 1; // elements of one step along the axis at hand, those within it repeated already
  for (let axis = x.shape.length - 1; axis >= 0; axis--) {
    const block = inner * x.shape[axis]!;
    const count = times[axis]!;
    if (count > 1) run = repeatBlocks(to, run, block, count);
    inner = block * count;
  }
  return result;
}

/** Repeats each block of the packed front of `to`, from the last block to the first so that none is overwritten unread. */
function repeatBlocks(
  to: Float32Array | Int32Array | Uint8Array,
  run: number,
  block: number,
  count: number,
): number {
  for (let from = run - block; from >= 0; from -= block) {
    const start = from * count;
    if (block === 1) {
      to.fill(to[from]!, start, start + count);
      continue;
    }
    to.copyWithin(start, from, from + block);
    for (let filled = 1; filled < count; filled *= 2) {
      const more = Math.min(filled, count - filled);
      to.copyWithin(start + filled * block, start, start + more * block);
    }
  }
  return run * count;
}
