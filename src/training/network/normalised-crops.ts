import type * as tfjs from '@tensorflow/tfjs';
import type { Engine } from '../engine/types.js';
import type { NetworkSpec } from './spec.js';

/** uint8 HWC crops -> float32 [count, size, size, 3], (x / 255 - mean) / deviation per channel. */
export function normalisedCrops(
  tf: Engine['tf'],
  crops: Uint8Array,
  count: number,
  size: number,
  { mean, deviation }: NetworkSpec['normalisation'],
): tfjs.Tensor4D {
  const values = new Float32Array(count * size * size * 3);
  const scale = deviation.map((d) => 1 / (255 * d)) as [number, number, number];
  const shift = mean.map((m, i) => -m / deviation[i]!) as [number, number, number];
  for (let i = 0; i < values.length; i += 3) {
    values[i] = crops[i]! * scale[0] + shift[0];
    values[i + 1] = crops[i + 1]! * scale[1] + shift[1];
    values[i + 2] = crops[i + 2]! * scale[2] + shift[2];
  }
  return tf.tensor4d(values, [count, size, size, 3]);
}
