import { batchNorm } from '../src/training/engine/onednn/batch-norm.js';
import { DataType } from '../src/training/engine/onednn/constants.js';
import { OneDnn } from '../src/training/engine/onednn/context.js';
import { convolutionBackwardData } from '../src/training/engine/onednn/convolution.js';
import { convolutionBackwardFilter, convolutionForward } from '../src/training/engine/onednn/convolution.js';
import { NativeBuffer } from '../src/training/engine/onednn/native-buffer.js';
import type { ConvolutionShape } from '../src/training/engine/convolution-shape.js';
import type { Engine, Precision, StackLayer } from '../src/training/engine/types.js';

const repeats = 7;
const kernelTaps = 9;

/** One layer's speed: GFLOP/s of the convolution's passes, milliseconds of the normalisation's. */
export interface LayerSpeed {
  readonly name: string;
  readonly forward: number;
  readonly inputGradient: number;
  readonly filterGradient: number;
  readonly normForwardMs?: number;
  readonly normBackwardMs?: number;
}

/** Shapes of the 3x3 convolutions of a backbone over square images. */
export function layerShapes(layers: readonly StackLayer[], batch: number, side: number): ConvolutionShape[] {
  let input = { batch, height: side, width: side, channels: 3 };
  return layers.map(({ channels, kernel, stride, padding }) => {
    const out = Math.floor((input.height + 2 * padding - kernel) / stride) + 1;
    const output = { batch, height: out, width: out, channels };
    const shape: ConvolutionShape = {
      input,
      output,
      kernel: [kernel, kernel],
      stride: [stride, stride],
      dilation: [1, 1],
      padding: [padding, padding],
    };
    input = output;
    return shape;
  });
}

/** The library's primitives by themselves, in either precision. */
export function oneDnnLayers(shapes: readonly ConvolutionShape[], precision: Precision): LayerSpeed[] {
  using context = new OneDnn(1);
  const type = precision === 'bf16' ? DataType.bf16 : DataType.fp32;
  return shapes.map((shape) => {
    const buffers = [
      size(shape.input),
      size(shape.output),
      size(shape.output),
      size(shape.output),
      filterSize(shape),
    ];
    const [x, y, z, dy, filter] = buffers.map(allocate) as [Floats, Floats, Floats, Floats, Floats];
    const [gamma, beta, mean, variance, dgamma, dbeta] = Array.from({ length: 6 }, () =>
      allocate(shape.output.channels),
    ) as [Floats, Floats, Floats, Floats, Floats, Floats];
    const norm = batchNorm(context, { image: shape.output, type, relu: true, epsilon: 1e-5 });
    const workspace = new NativeBuffer(norm.workspaceBytes).address;
    const passes = {
      forward: convolutionForward(context, shape, type),
      data: convolutionBackwardData(context, shape, type),
      filter: convolutionBackwardFilter(context, shape, type),
    };
    const speed = {
      name: layerName(shape),
      forward: rate(shape, () => {
        passes.forward.run(x.at, filter.at, y.at);
      }),
      inputGradient: rate(shape, () => {
        passes.data.run(dy.at, filter.at, x.at);
      }),
      filterGradient: rate(shape, () => {
        passes.filter.run(x.at, dy.at, filter.at);
      }),
      normForwardMs: fastest(() => {
        norm.forward({
          x: y.at,
          gamma: gamma.at,
          beta: beta.at,
          mean: mean.at,
          variance: variance.at,
          y: z.at,
          workspace,
        });
      }),
      normBackwardMs: fastest(() => {
        norm.backward({
          ...{
            x: y.at,
            mean: mean.at,
            variance: variance.at,
            dy: z.at,
            gamma: gamma.at,
            beta: beta.at,
            workspace,
          },
          ...{ dx: dy.at, dgamma: dgamma.at, dbeta: dbeta.at },
        });
      }),
    };
    return speed;
  });
}

/** Through the kernels of tfjs, for any engine. */
export function tfjsLayers({ tf }: Engine, shapes: readonly ConvolutionShape[]): LayerSpeed[] {
  return shapes.map((shape) =>
    tf.tidy(() => {
      const { input, output, kernel, stride, padding } = shape;
      const x = tf.randomNormal<typeof tf.Rank.R4>([input.batch, input.height, input.width, input.channels]);
      const filter = tf.randomNormal<typeof tf.Rank.R4>([...kernel, input.channels, output.channels]);
      const attrs = {
        strides: stride[0],
        pad: padding[0],
        dataFormat: 'NHWC',
        dimRoundingMode: 'floor',
        inputShape: x.shape,
        filterShape: filter.shape,
      };
      const run = (name: string, inputs: Parameters<ReturnType<typeof tf.engine>['runKernel']>[1]): void => {
        tf.tidy(() => tf.engine().runKernel(name, inputs, attrs));
      };
      const dy = tf.randomNormal([output.batch, output.height, output.width, output.channels]);
      return {
        name: layerName(shape),
        forward: rate(shape, () => {
          run('Conv2D', { x, filter });
        }),
        inputGradient: rate(shape, () => {
          run('Conv2DBackpropInput', { dy, filter });
        }),
        filterGradient: rate(shape, () => {
          run('Conv2DBackpropFilter', { x, dy });
        }),
      };
    }),
  );
}

interface Floats {
  readonly at: number;
  readonly buffer: NativeBuffer;
}

function allocate(length: number): Floats {
  const buffer = new NativeBuffer(length * Float32Array.BYTES_PER_ELEMENT);
  return { at: buffer.address, buffer };
}

function size({ batch, height, width, channels }: ConvolutionShape['input']): number {
  return batch * height * width * channels;
}

function filterSize({ input, output }: ConvolutionShape): number {
  return kernelTaps * input.channels * output.channels;
}

function layerName({ input, output, stride }: ConvolutionShape): string {
  return `${input.height}x${input.width} ${input.channels}->${output.channels} s${stride[0]}`;
}

/** GFLOP/s of one pass of a convolution. */
function rate(shape: ConvolutionShape, pass: () => void): number {
  const operations = 2 * size(shape.output) * kernelTaps * shape.input.channels;
  return operations / (fastest(pass) * 1e6);
}

/** Milliseconds of the fastest of several runs, after a warm one: other programs only ever slow one down. */
function fastest(run: () => void): number {
  run();
  return Math.min(
    ...Array.from({ length: repeats }, () => {
      const start = performance.now();
      run();
      return performance.now() - start;
    }),
  );
}
