import { ModelError } from '../../../core/errors.js';
import { describeValue, type GraphWriter, type Value } from '../graph-writer.js';
import { elementCount, resolveAxis, showShape, type Shape } from '../shape.js';

export interface LayoutOperators {
  /** Axis i of the result is axis `order[i]` of `x`. */
  transpose(x: Value, order: readonly number[]): Value;
  /** `shape` names every size; elements keep their order. */
  reshape(x: Value, shape: Shape): Value;
  concat(parts: readonly Value[], axis: number): Value;
  /** Elements start <= i < end along one axis. */
  slice(x: Value, options: { axis: number; start: number; end: number }): Value;
}

export function layoutOperators(writer: GraphWriter): LayoutOperators {
  return {
    transpose(x, order) {
      const sorted = [...order].sort((a, b) => a - b);
      if (order.length !== x.shape.length || sorted.some((axis, index) => axis !== index)) {
        throw new ModelError(`transpose: order ${showShape(order)} for ${describeValue(x)}`);
      }
      return writer.node('Transpose', [x], {
        outputs: [{ type: x.type, shape: order.map((axis) => x.shape[axis] ?? 1) }],
        attributes: { perm: { ints: order } },
      })[0];
    },

    reshape(x, shape) {
      if (elementCount(shape) !== elementCount(x.shape)) {
        throw new ModelError(`reshape: ${describeValue(x)} to ${showShape(shape)}`);
      }
      const target = writer.initializer(writer.freshName('reshape_shape'), vector(shape));
      return writer.node('Reshape', [x, target], { outputs: [{ type: x.type, shape }] })[0];
    },

    concat(parts, axis) {
      const [first] = parts;
      if (first === undefined) throw new ModelError('concat: no parts');
      const along = axisOf(first, axis, 'concat');
      for (const part of parts) {
        const fits = part.shape.every((size, index) => index === along || size === first.shape[index]);
        if (fits && part.shape.length === first.shape.length && part.type === first.type) continue;
        throw new ModelError(`concat along ${axis}: ${describeValue(first)} with ${describeValue(part)}`);
      }
      const total = parts.reduce((sum, part) => sum + (part.shape[along] ?? 0), 0);
      const shape = first.shape.map((size, index) => (index === along ? total : size));
      return writer.node('Concat', parts, {
        outputs: [{ type: first.type, shape }],
        attributes: { axis: { int: along } },
      })[0];
    },

    slice(x, { axis, start, end }) {
      const along = axisOf(x, axis, 'slice');
      if (!(start >= 0 && start < end && end <= (x.shape[along] ?? 0))) {
        throw new ModelError(`slice ${start}:${end} along ${axis} of ${describeValue(x)}`);
      }
      const bounds = [start, end, along].map((number, index) =>
        writer.initializer(writer.freshName(`slice_${['start', 'end', 'axis'][index]!}`), vector([number])),
      );
      const shape = x.shape.map((size, index) => (index === along ? end - start : size));
      return writer.node('Slice', [x, ...bounds], { outputs: [{ type: x.type, shape }] })[0];
    },
  };
}

function axisOf(value: Value, axis: number, operator: string): number {
  const resolved = resolveAxis(axis, value.shape.length);
  if (resolved === null) throw new ModelError(`${operator}: axis ${axis} of ${describeValue(value)}`);
  return resolved;
}

function vector(numbers: readonly number[]): { data: BigInt64Array; shape: Shape } {
  return { data: BigInt64Array.from(numbers, BigInt), shape: [numbers.length] };
}
