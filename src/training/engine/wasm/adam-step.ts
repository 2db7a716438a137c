import type * as tf from '@tensorflow/tfjs';
import type { AdamMoments, AdamOptions } from '../types.js';
import { updateAdam } from '../update-adam.js';
import type { WasmHeap } from './heap.js';

/** Adam straight on the heap: see `Engine.adamStep`. */
export function adamStep(
  heap: WasmHeap,
  parameter: tf.Variable,
  gradient: tf.Tensor,
  moments: AdamMoments,
  options: AdamOptions,
): void {
  updateAdam(heap.floats(parameter), heap.floats(gradient), moments, options);
}
