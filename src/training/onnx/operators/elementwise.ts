import { ModelError } from '../../../core/errors.js';
import type { Attributes } from '../attribute.js';
import { elementCode, type ElementType } from '../element-type.js';
import { describeValue, type Constant, type GraphWriter, type Value } from '../graph-writer.js';
import { broadcastShapes } from '../shape.js';

type Unary = (x: Value) => Value;
/** Either side may be a constant; shapes broadcast as NumPy's do. */
type Binary = (a: Value | Constant, b: Value | Constant) => Value;

export interface ElementwiseOperators {
  readonly relu: Unary;
  readonly sigmoid: Unary;
  readonly exp: Unary;
  readonly sqrt: Unary;
  readonly softplus: Unary;
  /** x * max(0, min(1, x / 6 + 1/2)): MobileNetV3's (Howard et al. 2019). */
  readonly hardSwish: Unary;
  /** max(0, min(1, x / 6 + 1/2)). */
  readonly hardSigmoid: Unary;
  readonly add: Binary;
  readonly sub: Binary;
  readonly mul: Binary;
  readonly div: Binary;
  readonly max: Binary;
  readonly min: Binary;
  cast(x: Value, type: ElementType): Value;
}

export function elementwiseOperators(writer: GraphWriter): ElementwiseOperators {
  const unary =
    (operator: string, attributes: Attributes = {}): Unary =>
    (x) =>
      writer.node(operator, [x], { outputs: [x], attributes })[0];

  const binary =
    (operator: string): Binary =>
    (left, right) => {
      const a = writer.constant(left, `${operator.toLowerCase()}_left`);
      const b = writer.constant(right, `${operator.toLowerCase()}_right`);
      const shape = broadcastShapes(a.shape, b.shape);
      if (shape === null || a.type !== b.type) {
        throw new ModelError(`${operator.toLowerCase()}: ${describeValue(a)} against ${describeValue(b)}`);
      }
      return writer.node(operator, [a, b], { outputs: [{ type: a.type, shape }] })[0];
    };

  return {
    relu: unary('Relu'),
    sigmoid: unary('Sigmoid'),
    exp: unary('Exp'),
    sqrt: unary('Sqrt'),
    softplus: unary('Softplus'),
    hardSwish: unary('HardSwish'),
    hardSigmoid: unary('HardSigmoid', { alpha: { float: 1 / 6 }, beta: { float: 0.5 } }),
    add: binary('Add'),
    sub: binary('Sub'),
    mul: binary('Mul'),
    div: binary('Div'),
    max: binary('Max'),
    min: binary('Min'),
    cast: (x, type) =>
      writer.node('Cast', [x], {
        outputs: [{ type, shape: x.shape }],
        attributes: { to: { int: elementCode(type) } },
      })[0],
  };
}
