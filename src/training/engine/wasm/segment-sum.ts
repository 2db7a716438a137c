import { size } from '../sides.js';
import type { WasmHeap } from './heap.js';
import type { Kernel } from './kernel-overrides.js';

/** Sums the slices of `x` along its first axis that have the same id: the gradient of `tf.gather`. */
export function segmentSum(heap: WasmHeap): Kernel {
  return ({ inputs, attrs }) => {
    const [x, segmentIds] = [inputs['x']!, inputs['segmentIds']!];
    const result = heap.output([attrs['numSegments'] as number, ...x.shape.slice(segmentIds.shape.length)]);
    const [from, ids, to] = [heap.floats(x), heap.values(segmentIds), heap.floats(result)];
    const run = size(x.shape.slice(segmentIds.shape.length));
    to.fill(0);
    ids.forEach((id, i) => {
      if (id < 0) return; // as TensorFlow: dropped
      for (let j = 0; j < run; j++) to[id * run + j]! += from[i * run + j]!;
    });
    return result;
  };
}
