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
  const [red, green, blue] = [0, 1, 2].map((channel) => levels(mean[channel]!, deviation[channel]!)) as [
    Float32Array,
    Float32Array,
    Float32Array,
  ];
  for (let i = 0; i < values.length; i += 3) {
    values[i] = red[crops[i]!]!;
    values[i + 1] = green[crops[i + 1]!]!;
    values[i + 2] = blue[crops[i + 2]!]!;
  }
  return tf.tensor4d(values, [count, size, size, 3]);
}

/** The normalised value of each of the 256 grey levels. */
function levels(mean: number, deviation: number): Float32Array {
  return Float32Array.from({ length: 256 }, (_, level) => (level / 255 - mean) / deviation);
}
