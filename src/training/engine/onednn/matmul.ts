import type { MatmulShape } from '../matmul-shape.js';
import { Argument, DataType } from './constants.js';
import type { OneDnn } from './context.js';
import { denseStrides } from './layouts.js';
import { Primitive } from './primitive.js';

/** Runs on the addresses of a, b and the result, all fp32. */
export function matmul(context: OneDnn, shape: MatmulShape): Primitive {
  const { batchA, batchB, rows, inner, columns, transposeA, transposeB } = shape;
  return context.once(`matmul ${JSON.stringify(shape)}`, () => {
    const a = descriptor(context, [batchA, rows, inner], transposeA);
    const b = descriptor(context, [batchB, inner, columns], transposeB);
    const result = descriptor(context, [Math.max(batchA, batchB), rows, columns], false);
    return new Primitive(context, context.operations.matmul(a, b, result), [
      [Argument.source, a],
      [Argument.weights, b],
      [Argument.destination, result],
    ]);
  });
}

function descriptor(context: OneDnn, sides: [number, number, number], isTransposed: boolean) {
  const [, rows, columns] = sides;
  const strides = isTransposed ? [rows * columns, 1, rows] : denseStrides(sides);
  return context.descriptor(sides, DataType.fp32, strides);
}
