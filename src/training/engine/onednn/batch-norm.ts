import type { ImageShape } from '../convolution-shape.js';
import { Argument, DataType, NormalizationFlags, Query } from './constants.js';
import type { OneDnn } from './context.js';
import { imageSides, imageStrides } from './layouts.js';
import type { Address } from './native-buffer.js';
import { Primitive } from './primitive.js';

export interface BatchNormForward {
  readonly x: Address;
  readonly gamma: Address;
  readonly beta: Address;
  /** Results. */
  readonly mean: Address;
  readonly variance: Address;
  readonly y: Address;
  readonly workspace: Address;
}

export interface BatchNormBackward {
  readonly x: Address;
  readonly mean: Address;
  readonly variance: Address;
  readonly dy: Address;
  readonly gamma: Address;
  readonly beta: Address;
  readonly workspace: Address;
  /** Results. */
  readonly dx: Address;
  readonly dgamma: Address;
  readonly dbeta: Address;
}

/** Batch normalisation by the statistics of the batch, with ReLU in the same pass. */
export interface BatchNorm {
  /** Which outputs were above zero, kept from forward to backward: 0 without ReLU. */
  readonly workspaceBytes: number;
  forward(memory: BatchNormForward): void;
  backward(memory: BatchNormBackward): void;
}

export interface BatchNormShape {
  readonly image: ImageShape;
  /** Type of x, y and their gradients; the rest is fp32. */
  readonly type: DataType;
  readonly relu: boolean;
  readonly epsilon: number;
}

export function batchNorm(context: OneDnn, { image, type, relu, epsilon }: BatchNormShape): BatchNorm {
  return context.once(['batchNorm', imageSides(image), type, relu, epsilon].join(), () => {
    const { major } = context.library.version;
    const bits = NormalizationFlags[major];
    const memory = {
      data: context.descriptor(imageSides(image), type, imageStrides(image)),
      epsilon,
      flags: bits.scale | bits.shift | (relu ? bits.relu : 0),
    };
    const forwardDescriptor = context.operations.normalizationForward(memory);
    const backwardDescriptor = context.operations.normalizationBackward(memory, forwardDescriptor);
    const workspace = relu ? context.queryDescriptor(forwardDescriptor, Query.workspace) : 0;
    const vector = context.descriptor([image.channels], DataType.fp32, [1]);
    const { data } = memory;
    const forward = new Primitive(context, forwardDescriptor, [
      [Argument.source, data],
      [Argument.scale, vector],
      [Argument.shift, vector],
      [Argument.mean, vector],
      [Argument.variance, vector],
      [Argument.destination, data],
      ...(relu ? [[Argument.workspace, workspace] as const] : []),
    ]);
    const takesShift = major === 2; // version 3 refuses the shift, which the gradients do not depend on
    const backward = new Primitive(context, backwardDescriptor, [
      [Argument.source, data],
      [Argument.mean, vector],
      [Argument.variance, vector],
      [Argument.destinationGradient, data],
      [Argument.scale, vector],
      [Argument.sourceGradient, data],
      [Argument.scaleGradient, vector],
      [Argument.shiftGradient, vector],
      ...(takesShift ? [[Argument.shift, vector] as const] : []),
      ...(relu ? [[Argument.workspace, workspace] as const] : []),
    ]);
    return {
      workspaceBytes: relu ? context.size(workspace) : 0,
      forward(m) {
        forward.run(m.x, m.gamma, m.beta, m.mean, m.variance, m.y, m.workspace);
      },
      backward(m) {
        const shift = takesShift ? [m.beta] : [];
        backward.run(
          ...[m.x, m.mean, m.variance, m.dy, m.gamma, m.dx, m.dgamma, m.dbeta],
          ...shift,
          m.workspace,
        );
      },
    };
  });
}
