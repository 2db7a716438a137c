import { ModelError } from '../../../core/errors.js';
import { describeValue, type Constant, type GraphWriter, type Value } from '../graph-writer.js';
import { elementCount, windowSide } from '../shape.js';

export interface WindowOptions {
  readonly stride?: number;
  /** The same on all four sides, or [top, left, bottom, right]. */
  readonly padding?: number | readonly [top: number, left: number, bottom: number, right: number];
  readonly name?: string;
}

export interface ConvOptions extends WindowOptions {
  /** One number per output channel. */
  readonly bias?: Value | Constant;
  readonly group?: number;
  readonly dilation?: number;
}

export interface PoolOptions extends WindowOptions {
  readonly kernel: number;
}

export interface ConvolutionOperators {
  /** `x` [n, c, h, w], `weight` [m, c / group, kh, kw] -> [n, m, h', w']. */
  conv(x: Value, weight: Value | Constant, options?: ConvOptions): Value;
  maxPool(x: Value, options: PoolOptions): Value;
  /** Padding does not count towards the average. */
  averagePool(x: Value, options: PoolOptions): Value;
  /** [n, c, h, w] -> [n, c, 1, 1]. */
  globalAveragePool(x: Value): Value;
}

export function convolutionOperators(writer: GraphWriter): ConvolutionOperators {
  return {
    conv(
      x,
      weight,
      { bias, stride = 1, padding = 0, group = 1, dilation = 1, name = writer.freshName('conv') } = {},
    ) {
      const w = writer.constant(weight, `${name}_weight`);
      const b = bias === undefined ? [] : [writer.constant(bias, `${name}_bias`)];
      const [n, channels, height, width] = imageShape(x, name);
      const [filters, perGroup, kh, kw] = imageShape(w, name);
      if (perGroup * group !== channels || filters % group !== 0 || w.type !== x.type) {
        throw new ModelError(
          `conv "${name}": weight ${describeValue(w)} in ${group} group(s) against ${describeValue(x)}`,
        );
      }
      for (const value of b) {
        if (elementCount(value.shape) === filters && value.shape.length === 1) continue;
        throw new ModelError(`conv "${name}": bias ${describeValue(value)} for ${filters} filters`);
      }
      const pads = padsOf(padding);
      const [top, left, bottom, right] = pads;
      const outHeight = windowSide(height, { kernel: kh, stride, before: top, after: bottom, dilation });
      const outWidth = windowSide(width, { kernel: kw, stride, before: left, after: right, dilation });
      const [y] = writer.node('Conv', [x, w, ...b], {
        name,
        outputs: [{ type: x.type, shape: [n, filters, outHeight, outWidth] }],
        attributes: {
          dilations: { ints: [dilation, dilation] },
          group: { int: group },
          kernel_shape: { ints: [kh, kw] },
          pads: { ints: pads },
          strides: { ints: [stride, stride] },
        },
        multiplyAdds: n * filters * outHeight * outWidth * perGroup * kh * kw,
      });
      return y;
    },
    maxPool: (x, options) => pool(writer, 'MaxPool', x, options),
    averagePool: (x, options) => pool(writer, 'AveragePool', x, options),
    globalAveragePool(x) {
      const [n, channels] = imageShape(x, 'globalAveragePool');
      return writer.node('GlobalAveragePool', [x], {
        outputs: [{ type: x.type, shape: [n, channels, 1, 1] }],
      })[0];
    },
  };
}

function pool(
  writer: GraphWriter,
  operator: 'MaxPool' | 'AveragePool',
  x: Value,
  { kernel, stride = 1, padding = 0, name = writer.freshName(operator.toLowerCase()) }: PoolOptions,
): Value {
  const [n, channels, height, width] = imageShape(x, name);
  const pads = padsOf(padding);
  const [top, left, bottom, right] = pads;
  const outHeight = windowSide(height, { kernel, stride, before: top, after: bottom, dilation: 1 });
  const outWidth = windowSide(width, { kernel, stride, before: left, after: right, dilation: 1 });
  const [y] = writer.node(operator, [x], {
    name,
    outputs: [{ type: x.type, shape: [n, channels, outHeight, outWidth] }],
    attributes: {
      kernel_shape: { ints: [kernel, kernel] },
      pads: { ints: pads },
      strides: { ints: [stride, stride] },
    },
  });
  return y;
}

function padsOf(padding: NonNullable<WindowOptions['padding']>): readonly [number, number, number, number] {
  return typeof padding === 'number' ? [padding, padding, padding, padding] : padding;
}

function imageShape(value: Value, operator: string): [number, number, number, number] {
  const [n, channels, height, width] = value.shape;
  if (
    value.shape.length !== 4 ||
    n === undefined ||
    channels === undefined ||
    height === undefined ||
    width === undefined
  ) {
    throw new ModelError(`${operator}: ${describeValue(value)} needs four dimensions`);
  }
  return [n, channels, height, width];
}
