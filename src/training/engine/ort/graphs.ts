import type { ConvolutionShape } from '../convolution-shape.js';
import { createGraphWriter, type GraphWriter, type Value } from '../../onnx/graph-writer.js';

/** Names of the inputs and the output of every graph here. */
export const FIRST = 'first';
export const SECOND = 'second';
export const RESULT = 'result';

// tfjs lays images out NHWC and filters [rows, columns, in, out]; ONNX wants channels before rows.
const NHWC_TO_NCHW = [0, 3, 1, 2];
const NCHW_TO_NHWC = [0, 2, 3, 1];
const HWIO_TO_OIHW = [3, 2, 0, 1];
const NHWC_TO_CNHW = [3, 0, 1, 2];
const CNHW_TO_HWCN = [2, 3, 0, 1];

/** x [N,H,W,C], filter [kh,kw,C,O] -> y [N,oh,ow,O]. */
export function forwardGraph(shape: ConvolutionShape): Uint8Array {
  const { input, output, kernel, stride, dilation, padding } = shape;
  const graph = createGraphWriter('convolution');
  const x = graph.input(FIRST, 'float32', sides(input));
  const filter = graph.input(SECOND, 'float32', [...kernel, input.channels, output.channels]);
  const [y] = graph.node(
    'Conv',
    [transpose(graph, x, NHWC_TO_NCHW), transpose(graph, filter, HWIO_TO_OIHW)],
    {
      outputs: [{ type: 'float32', shape: permuted(sides(output), NHWC_TO_NCHW) }],
      attributes: {
        strides: { ints: stride },
        dilations: { ints: dilation },
        // surplus rows that the stride leaves unused need no negative padding
        pads: { ints: [...padding, ...trailing(shape).map((pad) => Math.max(0, pad))] },
      },
    },
  );
  return finish(graph, transpose(graph, y, NCHW_TO_NHWC));
}

/** dy [N,oh,ow,O], filter -> dx [N,H,W,C]: a transposed convolution. */
export function inputGradientGraph(shape: ConvolutionShape): Uint8Array {
  const { input, output, kernel, stride, dilation, padding } = shape;
  const graph = createGraphWriter('inputGradient');
  const dy = graph.input(FIRST, 'float32', sides(output));
  const filter = graph.input(SECOND, 'float32', [...kernel, input.channels, output.channels]);
  const [dx] = graph.node(
    'ConvTranspose',
    [transpose(graph, dy, NHWC_TO_NCHW), transpose(graph, filter, HWIO_TO_OIHW)],
    {
      outputs: [{ type: 'float32', shape: permuted(sides(input), NHWC_TO_NCHW) }],
      attributes: {
        strides: { ints: stride },
        dilations: { ints: dilation },
        pads: { ints: [...padding, ...trailing(shape).map((pad) => Math.max(0, pad))] },
        // rows that the stride left unused have a gradient of zero
        output_padding: { ints: trailing(shape).map((pad) => Math.max(0, -pad)) },
      },
    },
  );
  return finish(graph, transpose(graph, dx, NCHW_TO_NHWC));
}

/** x, dy -> gradient of the filter: x convolved with dy, channels in the place of the batch, stride and dilation exchanged. */
export function filterGradientGraph(shape: ConvolutionShape): Uint8Array {
  const { input, output, kernel, stride, dilation, padding } = shape;
  const graph = createGraphWriter('filterGradient');
  const x = graph.input(FIRST, 'float32', sides(input));
  const dy = graph.input(SECOND, 'float32', sides(output));
  const ends = trailing(shape);
  const surplus = ends.map((pad, axis) => Math.ceil(Math.max(0, -pad) / dilation[axis as 0 | 1]));
  const found = [kernel[0] + surplus[0]!, kernel[1] + surplus[1]!] as const;
  const [wide] = graph.node('Conv', [transpose(graph, x, NHWC_TO_CNHW), transpose(graph, dy, NHWC_TO_CNHW)], {
    outputs: [{ type: 'float32', shape: [input.channels, output.channels, ...found] }],
    attributes: {
      strides: { ints: dilation },
      dilations: { ints: stride },
      pads: { ints: [...padding, ...ends.map((pad) => Math.max(0, pad))] },
    },
  });
  const taps = cut(graph, wide, [input.channels, output.channels, ...kernel]);
  return finish(graph, transpose(graph, taps, CNHW_TO_HWCN));
}

/** a [batch,rows,inner] x b [batch,inner,columns], either of them stored transposed. */
export function matmulGraph(
  a: readonly [number, number, number],
  b: readonly [number, number, number],
  transposeA: boolean,
  transposeB: boolean,
): Uint8Array {
  const graph = createGraphWriter('matmul');
  const turn = (value: Value, isTurned: boolean): Value =>
    isTurned ? transpose(graph, value, [0, 2, 1]) : value;
  const left = turn(graph.input(FIRST, 'float32', a), transposeA);
  const right = turn(graph.input(SECOND, 'float32', b), transposeB);
  const shape = [Math.max(a[0], b[0]), left.shape[1]!, right.shape[2]!];
  const [product] = graph.node('MatMul', [left, right], { outputs: [{ type: 'float32', shape }] });
  return finish(graph, product);
}

function sides({ batch, height, width, channels }: ConvolutionShape['input']): number[] {
  return [batch, height, width, channels];
}

/** Padding below and to the right that makes the sizes add up exactly; negative where rows are left unused. */
function trailing({ input, output, kernel, stride, dilation, padding }: ConvolutionShape): number[] {
  const axis = (i: 0 | 1, from: number, to: number): number =>
    (to - 1) * stride[i] + (kernel[i] - 1) * dilation[i] + 1 - from - padding[i];
  return [axis(0, input.height, output.height), axis(1, input.width, output.width)];
}

function transpose(graph: GraphWriter, value: Value, perm: readonly number[]): Value {
  return graph.node('Transpose', [value], {
    outputs: [{ type: 'float32', shape: permuted(value.shape, perm) }],
    attributes: { perm: { ints: perm } },
  })[0];
}

function permuted(shape: readonly number[], perm: readonly number[]): number[] {
  return perm.map((axis) => shape[axis]!);
}

/** The leading corner of `value`. */
function cut(graph: GraphWriter, value: Value, shape: readonly number[]): Value {
  if (value.shape.join() === shape.join()) return value;
  const bounds = (name: string, numbers: readonly number[]): Value =>
    graph.initializer(name, { data: BigInt64Array.from(numbers, BigInt), shape: [numbers.length] });
  const inputs = [
    value,
    bounds(
      'starts',
      shape.map(() => 0),
    ),
    bounds('ends', shape),
  ];
  return graph.node('Slice', inputs, { outputs: [{ type: 'float32', shape }] })[0];
}

function finish(graph: GraphWriter, value: Value): Uint8Array {
  graph.output(RESULT, value);
  return graph.toBytes();
}
