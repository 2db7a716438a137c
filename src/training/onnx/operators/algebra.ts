import { ModelError } from '../../../core/errors.js';
import { describeValue, type Constant, type GraphWriter, type Value } from '../graph-writer.js';
import { broadcastShapes, elementCount, resolveAxis } from '../shape.js';

export interface AlgebraOperators {
  /** [..., m, k] x [..., k, n] -> [..., m, n]; leading axes broadcast. */
  matmul(a: Value | Constant, b: Value | Constant): Value;
  /** Along one axis. */
  softmax(x: Value, axis: number): Value;
  /** Keeps the reduced axes with size 1. */
  reduceSum(x: Value, axes: readonly number[]): Value;
  /** Keeps the reduced axes with size 1. */
  reduceMean(x: Value, axes: readonly number[]): Value;
}

export function algebraOperators(writer: GraphWriter): AlgebraOperators {
  return {
    matmul(left, right) {
      const a = writer.constant(left, 'matmul_left');
      const b = writer.constant(right, 'matmul_right');
      const [rows, inner] = a.shape.slice(-2);
      const [innerB, columns] = b.shape.slice(-2);
      const batch = broadcastShapes(a.shape.slice(0, -2), b.shape.slice(0, -2));
      if (
        rows === undefined ||
        columns === undefined ||
        inner === undefined ||
        inner !== innerB ||
        batch === null ||
        a.type !== b.type
      ) {
        throw new ModelError(`matmul: ${describeValue(a)} times ${describeValue(b)}`);
      }
      const shape = [...batch, rows, columns];
      return writer.node('MatMul', [a, b], {
        outputs: [{ type: a.type, shape }],
        multiplyAdds: elementCount(shape) * inner,
      })[0];
    },

    softmax(x, axis) {
      const [along] = axesOf(x, [axis], 'softmax');
      return writer.node('Softmax', [x], { outputs: [x], attributes: { axis: { int: along! } } })[0];
    },

    reduceSum(x, axes) {
      // since operator set 13 the axes are an input
      const along = axesOf(x, axes, 'reduceSum');
      const list = writer.initializer(writer.freshName('reducesum_axes'), {
        data: BigInt64Array.from(along, BigInt),
        shape: [along.length],
      });
      return writer.node('ReduceSum', [x, list], {
        outputs: [{ type: x.type, shape: reducedShape(x, along) }],
        attributes: { keepdims: { int: 1 } },
      })[0];
    },

    reduceMean(x, axes) {
      const along = axesOf(x, axes, 'reduceMean');
      return writer.node('ReduceMean', [x], {
        outputs: [{ type: x.type, shape: reducedShape(x, along) }],
        attributes: { axes: { ints: along }, keepdims: { int: 1 } },
      })[0];
    },
  };
}

function axesOf(value: Value, axes: readonly number[], operator: string): number[] {
  return axes.map((axis) => {
    const resolved = resolveAxis(axis, value.shape.length);
    if (resolved === null) throw new ModelError(`${operator}: axis ${axis} of ${describeValue(value)}`);
    return resolved;
  });
}

function reducedShape({ shape }: Value, axes: readonly number[]): number[] {
  return shape.map((size, axis) => (axes.includes(axis) ? 1 : size));
}
