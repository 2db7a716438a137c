import type { ConvolutionShape } from '../convolution-shape.js';
import type { Handle } from './c-api.js';
import { Argument, DataType, Query } from './constants.js';
import { int64, type OneDnn } from './context.js';
import { imageSides, imageStrides } from './layouts.js';
import type { Address } from './native-buffer.js';
import type { ConvolutionMemory } from './operations.js';
import { Primitive, reorder } from './primitive.js';

/** One pass of a convolution on two inputs and one result. */
export interface ConvolutionPass {
  readonly implementation: string;
  run(first: Address, second: Address, result: Address): void;
}

/** y from x and filter. `type` is that of x and y; the filter is fp32. */
export function convolutionForward(
  context: OneDnn,
  shape: ConvolutionShape,
  type: DataType,
): ConvolutionPass {
  return context.once(key('forward', shape, type), () => {
    const descriptor = context.operations.convolutionForward(describe(context, shape, type));
    const weights = context.queryDescriptor(descriptor, Query.weights);
    const convolution = new Primitive(context, descriptor, [
      [Argument.source, context.queryDescriptor(descriptor, Query.source)],
      [Argument.weights, weights],
      [Argument.destination, context.queryDescriptor(descriptor, Query.destination)],
    ]);
    const filterIn = reorder(context, filterDescriptor(context, shape), weights);
    const bytes = context.size(weights);
    return {
      implementation: convolution.implementation,
      run(x, filter, y) {
        convolution.run(x, converted(context, filterIn, filter, bytes), y);
      },
    };
  });
}

/** Gradient of x (of type `resultType`) from that of y (of type `type`) and the filter. */
export function convolutionBackwardData(
  context: OneDnn,
  shape: ConvolutionShape,
  type: DataType,
  resultType: DataType = type,
): ConvolutionPass {
  return context.once(key('data', shape, type, resultType), () => {
    const hint = context.operations.convolutionForward(describe(context, shape, type));
    context.destroyAtEnd(context.api.primitiveDescriptorDestroy, hint);
    const memory = describe(context, shape, type, { source: resultType });
    const descriptor = context.operations.convolutionBackwardData(memory, hint);
    const weights = context.queryDescriptor(descriptor, Query.weights);
    const convolution = new Primitive(context, descriptor, [
      [Argument.destinationGradient, context.queryDescriptor(descriptor, Query.destinationGradient)],
      [Argument.weights, weights],
      [Argument.sourceGradient, context.queryDescriptor(descriptor, Query.sourceGradient)],
    ]);
    const filterIn = reorder(context, filterDescriptor(context, shape), weights);
    const bytes = context.size(weights);
    return {
      implementation: convolution.implementation,
      run(dy, filter, dx) {
        convolution.run(dy, converted(context, filterIn, filter, bytes), dx);
      },
    };
  });
}

/** Gradient of the filter (fp32) from x and the gradient of y (both of type `type`). */
export function convolutionBackwardFilter(
  context: OneDnn,
  shape: ConvolutionShape,
  type: DataType,
): ConvolutionPass {
  return context.once(key('filter', shape, type), () => {
    const hint = context.operations.convolutionForward(describe(context, shape, type));
    context.destroyAtEnd(context.api.primitiveDescriptorDestroy, hint);
    const memory = describe(context, shape, type, { weights: DataType.fp32 });
    const descriptor = context.operations.convolutionBackwardWeights(memory, hint);
    const weights = context.queryDescriptor(descriptor, Query.weightsGradient);
    const convolution = new Primitive(context, descriptor, [
      [Argument.source, context.queryDescriptor(descriptor, Query.source)],
      [Argument.destinationGradient, context.queryDescriptor(descriptor, Query.destinationGradient)],
      [Argument.weightsGradient, weights],
    ]);
    const filterOut = reorder(context, weights, filterDescriptor(context, shape));
    const bytes = context.size(weights);
    return {
      implementation: convolution.implementation,
      run(x, dy, filterGradient) {
        if (!filterOut) {
          convolution.run(x, dy, filterGradient);
          return;
        }
        const blocked = context.scratch('filter', bytes);
        convolution.run(x, dy, blocked);
        filterOut.run(blocked, filterGradient);
      },
    };
  });
}

/** Images stay in the layout of tfjs; the library lays out the filter as it likes. */
function describe(
  context: OneDnn,
  { input, output, kernel, stride, dilation, padding }: ConvolutionShape,
  type: DataType,
  types: { readonly source?: DataType; readonly weights?: DataType } = {},
): ConvolutionMemory {
  const trailing = (axis: 0 | 1, inputSide: number, outputSide: number): number => {
    const extent = (kernel[axis] - 1) * dilation[axis] + 1;
    return (outputSide - 1) * stride[axis] + extent - inputSide - padding[axis];
  };
  return {
    source: context.descriptor(imageSides(input), types.source ?? type, imageStrides(input)),
    weights: context.descriptor([output.channels, input.channels, ...kernel], types.weights ?? type),
    destination: context.descriptor(imageSides(output), type, imageStrides(output)),
    strides: int64(stride),
    dilation: int64(dilation.map((taps) => taps - 1)),
    paddingBefore: int64(padding),
    // negative where the stride leaves rows unused: the library wants the sizes to add up exactly
    paddingAfter: int64([trailing(0, input.height, output.height), trailing(1, input.width, output.width)]),
  };
}

/** tfjs' `[rows, columns, in, out]` as the library's (out, in, rows, columns). */
function filterDescriptor(context: OneDnn, { input, output, kernel }: ConvolutionShape): Handle {
  const [ins, outs] = [input.channels, output.channels];
  const strides = [1, outs, kernel[1] * ins * outs, ins * outs];
  return context.descriptor([outs, ins, ...kernel], DataType.fp32, strides);
}

function converted(
  context: OneDnn,
  conversion: Primitive | undefined,
  filter: Address,
  bytes: number,
): Address {
  if (!conversion) return filter;
  const blocked = context.scratch('filter', bytes);
  conversion.run(filter, blocked);
  return blocked;
}

function key(pass: string, shape: ConvolutionShape, ...types: DataType[]): string {
  const { input, output, kernel, stride, dilation, padding } = shape;
  const sides = [...imageSides(input), ...imageSides(output)];
  return ['convolution', pass, ...types, sides, kernel, stride, dilation, padding].join();
}
