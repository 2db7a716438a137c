import * as tf from '@tensorflow/tfjs';
import type { KernelCall } from './wasm/kernel-overrides.js';

/** Sides of an image tensor, which lies in memory as NHWC. */
export interface ImageShape {
  readonly batch: number;
  readonly height: number;
  readonly width: number;
  readonly channels: number;
}

/** A convolution of NHWC images by a filter laid out `[rows, columns, in, out]`, as tfjs has it. */
export interface ConvolutionShape {
  readonly input: ImageShape;
  readonly output: ImageShape;
  readonly kernel: readonly [rows: number, columns: number];
  readonly stride: readonly [rows: number, columns: number];
  /** 1 for a dense kernel. */
  readonly dilation: readonly [rows: number, columns: number];
  /** Zeros above and to the left. What follows below and to the right comes from the output's size. */
  readonly padding: readonly [top: number, left: number];
}

export interface SettledShape {
  readonly shape: ConvolutionShape;
  /** `[batch, rows, columns, channels]` of the output. */
  readonly outShape: readonly number[];
}

type Pair = number | [number, number];
/** Attributes of tfjs' kernels of convolution and pooling. */
interface WindowAttributes {
  readonly strides: Pair;
  readonly pad: 'same' | 'valid' | number | tf.backend_util.ExplicitPadding;
  readonly dilations?: Pair;
  readonly dimRoundingMode?: 'floor' | 'round' | 'ceil';
}
type Shape4 = [number, number, number, number];

/** The convolution that a kernel of tfjs was asked for. */
export function convolutionShape(
  xShape: readonly number[],
  filterShape: readonly number[],
  attrs: KernelCall['attrs'],
): SettledShape {
  const { strides, pad, dilations = 1, dimRoundingMode } = attrs as unknown as WindowAttributes;
  const info = tf.backend_util.computeConv2DInfo(
    xShape as Shape4,
    filterShape as Shape4,
    strides,
    dilations,
    pad,
    dimRoundingMode,
  );
  return { shape: shapeOf(info), outShape: info.outShape };
}

/** The pooling that a kernel of tfjs was asked for. */
export function poolingShape(xShape: readonly number[], attrs: KernelCall['attrs']): SettledShape {
  const { strides, pad, dimRoundingMode } = attrs as unknown as WindowAttributes;
  const filterSize = attrs['filterSize'] as Pair;
  const info = tf.backend_util.computePool2DInfo(
    xShape as Shape4,
    filterSize,
    strides,
    1,
    pad,
    dimRoundingMode,
  );
  return { shape: shapeOf(info), outShape: info.outShape };
}

function shapeOf(info: tf.backend_util.Conv2DInfo): ConvolutionShape {
  const { batchSize: batch } = info;
  return {
    input: { batch, height: info.inHeight, width: info.inWidth, channels: info.inChannels },
    output: { batch, height: info.outHeight, width: info.outWidth, channels: info.outChannels },
    kernel: [info.filterHeight, info.filterWidth],
    stride: [info.strideHeight, info.strideWidth],
    dilation: [info.dilationHeight, info.dilationWidth],
    padding: [info.padInfo.top, info.padInfo.left],
  };
}
