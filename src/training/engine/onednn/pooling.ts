import type { ConvolutionShape } from '../convolution-shape.js';
import { Algorithm, Argument, DataType, Query } from './constants.js';
import { int64, type OneDnn } from './context.js';
import { imageSides, imageStrides } from './layouts.js';
import type { Address } from './native-buffer.js';
import { Primitive } from './primitive.js';

export type PoolingShape = Omit<ConvolutionShape, 'dilation'>;
export type PoolingKind = 'max' | 'average';

/** Pooling in fp32; an average does not count the padding. */
export interface Pooling {
  /** Which element was the greatest, kept from forward to backward: 0 for an average. */
  readonly workspaceBytes: number;
  forward(x: Address, y: Address, workspace: Address): void;
  backward(dy: Address, dx: Address, workspace: Address): void;
}

export function pooling(context: OneDnn, kind: PoolingKind, shape: PoolingShape): Pooling {
  const { input, output, kernel, stride, padding } = shape;
  const sides = [...imageSides(input), ...imageSides(output)];
  return context.once(['pooling', kind, sides, kernel, stride, padding].join(), () => {
    const trailing = (axis: 0 | 1, inputSide: number, outputSide: number): number =>
      Math.max(0, (outputSide - 1) * stride[axis] + kernel[axis] - inputSide - padding[axis]);
    const source = context.descriptor(imageSides(input), DataType.fp32, imageStrides(input));
    const destination = context.descriptor(imageSides(output), DataType.fp32, imageStrides(output));
    const memory = {
      algorithm: kind === 'max' ? Algorithm.poolingMax : Algorithm.poolingAverageExcludePadding,
      source,
      destination,
      kernel: int64(kernel),
      strides: int64(stride),
      dilation: int64([0, 0]),
      paddingBefore: int64(padding),
      paddingAfter: int64([trailing(0, input.height, output.height), trailing(1, input.width, output.width)]),
    };
    const forwardDescriptor = context.operations.poolingForward(memory);
    const backwardDescriptor = context.operations.poolingBackward(memory, forwardDescriptor);
    const workspace = kind === 'max' ? context.queryDescriptor(forwardDescriptor, Query.workspace) : 0;
    const last = kind === 'max' ? [[Argument.workspace, workspace] as const] : [];
    const forward = new Primitive(context, forwardDescriptor, [
      [Argument.source, source],
      [Argument.destination, destination],
      ...last,
    ]);
    const backward = new Primitive(context, backwardDescriptor, [
      [Argument.destinationGradient, destination],
      [Argument.sourceGradient, source],
      ...last,
    ]);
    return {
      workspaceBytes: kind === 'max' ? context.size(workspace) : 0,
      forward: (...addresses) => {
        forward.run(...addresses);
      },
      backward: (...addresses) => {
        backward.run(...addresses);
      },
    };
  });
}
