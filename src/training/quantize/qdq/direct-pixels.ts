import type { ConvLayer } from '../graph/conv-layers.js';

/** How uint8 pixels are taken as they are, instead of being made floats, centred, and rounded again. */
export interface DirectPixels {
  /** Graph input. */
  readonly source: string;
  /** Pixel value that stands for zero, and pads. */
  readonly zeroPoint: number;
  /** Added to the first layer's bias: what the rounding of the mean is worth. */
  readonly biasShift: Float32Array;
}

/**
 * A crop is already a uint8 tensor with scale 1: with the mean as its zero-point the first convolution reads it directly. The zero-point
 * is a whole number and the same for all channels; what that is off goes into the bias, exactly but where padding shows
 * (off by less than `tolerance` grey levels there). Null when the means of the channels lie further apart.
 */
export function directPixels(layer: ConvLayer, tolerance = 0.75): DirectPixels | null {
  if (layer.pixels === null || layer.groups !== 1) return null;
  const { source, mean } = layer.pixels;
  const zeroPoint = Math.round(mean.reduce((sum, value) => sum + value, 0) / mean.length);
  if (mean.some((value) => Math.abs(value - zeroPoint) > tolerance)) return null;
  const [outputs = 1, inputs = 1] = layer.weight.shape;
  const taps = layer.weight.data.length / (outputs * inputs);
  const biasShift = new Float32Array(outputs);
  for (const [index, weight] of layer.weight.data.entries()) {
    const channel = Math.floor(index / taps);
    // w (x - mean) = w (x - zero) + w (zero - mean)
    biasShift[Math.floor(channel / inputs)]! += weight * (zeroPoint - mean[channel % inputs]!);
  }
  return { source, zeroPoint, biasShift };
}
