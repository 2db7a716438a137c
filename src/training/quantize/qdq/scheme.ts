import type { Range } from '../ranges/histogram.js';

/** The two forms that are written from one calibration. */
export const int8Forms = ['int8-cpu', 'int8-trt'] as const;
/**
 * - `int8-cpu`: activations uint8 with a zero-point. Behind a Relu it is 0, so that rounding itself does what the Relu does, and
 *   onnxruntime fuses convolution, Relu and rounding into one QLinearConv.
 * - `int8-trt`: activations int8 with zero-point 0, all that TensorRT takes.
 */
export type Int8Form = (typeof int8Forms)[number];

/** value = scale * (number - zeroPoint) */
export interface Scheme {
  readonly type: 'uint8' | 'int8';
  readonly scale: number;
  readonly zeroPoint: number;
}

/** How a tensor with values in `range` is written in 8 bits. */
export function schemeFor(form: Int8Form, { low, high }: Range): Scheme {
  const [bottom, top] = [Math.min(low, 0), Math.max(high, 0)]; // zero must be exact: it pads
  if (form === 'int8-trt') {
    return { type: 'int8', scale: Math.fround(Math.max(-bottom, top, tiny) / 127), zeroPoint: 0 };
  }
  const scale = Math.fround(Math.max(top - bottom, tiny) / 255);
  return { type: 'uint8', scale, zeroPoint: Math.min(255, Math.round((0 - bottom) / scale)) };
}

/** A tensor that is always 0 still needs a scale. */
const tiny = 1e-6;
