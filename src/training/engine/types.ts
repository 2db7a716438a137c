import type * as tf from '@tensorflow/tfjs';

/** The `@tensorflow/tfjs` module, as an engine hands it out. */
export type Tfjs = typeof tf;

export type EngineName = 'tfjs-node-gpu' | 'webgpu' | 'onednn' | 'tfjs-node' | 'ort' | 'wasm';

/** Type of the activations inside a stack of convolutions; parameters, statistics and their gradients are always fp32. */
export type Precision = 'fp32' | 'bf16';

/**
 * One layer of a stack: convolution without bias, batch normalisation, and ReLU where `relu` is true.
 * Padding is symmetric; an output side is `floor((input + 2 * padding - kernel) / stride) + 1`.
 */
export interface StackLayer {
  readonly channels: number;
  readonly kernel: number;
  readonly stride: number;
  readonly padding: number;
  readonly relu: boolean;
}

/** Trainable parameters of one layer, fp32. */
export interface StackParameters {
  /** `[kernel, kernel, in, out]`. */
  readonly filter: tf.Tensor4D;
  /** Scale and shift of the normalisation, `[out]`. */
  readonly gamma: tf.Tensor1D;
  readonly beta: tf.Tensor1D;
}

/** Statistics of one batch over batch, rows and columns: one number a channel; the variance is the biased one. */
export interface BatchStatistics {
  readonly mean: Float32Array;
  readonly variance: Float32Array;
}

export interface StackOptions {
  /** Told the statistics of every layer, first layer first, before `convStack` returns. */
  readonly onStatistics?: (statistics: BatchStatistics[]) => void;
  /** Also compute the gradient of `x`. Default false: `x` is then a constant, such as an image; asking for its gradient may throw. */
  readonly inputGradient?: boolean;
  /** Added to the variance. Default 1e-5. */
  readonly epsilon?: number;
}

export interface BatchNormOptions {
  /** Clip the result at 0. Default true. */
  readonly relu?: boolean;
  /** Added to the variance. Default 1e-5. */
  readonly epsilon?: number;
  readonly onStatistics?: (statistics: BatchStatistics) => void;
}

/** Running moments of one parameter for {@link Engine.adamStep}: as long as the parameter, zeros at the start. */
export interface AdamMoments {
  readonly first: Float32Array;
  readonly second: Float32Array;
}

export interface AdamOptions {
  /** Number of this update, from 1. */
  readonly step: number;
  readonly learningRate: number;
  /** Default 0.9. */
  readonly beta1?: number;
  /** Default 0.999. */
  readonly beta2?: number;
  /** Default 1e-8. */
  readonly epsilon?: number;
  /** Decoupled weight decay (AdamW), multiplied by the learning rate. Default 0. */
  readonly weightDecay?: number;
}

/** What runs the tensors of a training run. One engine is open in a process at a time, as tfjs has one global state. */
export interface Engine extends AsyncDisposable {
  readonly name: EngineName;
  /** Library, version, instruction set, precision, threads: to be printed and written on a model's card. */
  readonly detail: string;
  readonly precision: Precision;
  readonly tf: Tfjs;
  /** Engines tried before this one, and why each was not taken. */
  readonly skipped: readonly SkippedEngine[];
  /**
   * A whole stack of convolution, batch normalisation (by the statistics of this batch) and ReLU as one differentiable operation.
   * `x` is `[batch, height, width, channels]`, fp32; so is the result. Gradients reach every parameter, and `x` on demand.
   * The returned tensor belongs to the caller's `tf.tidy`.
   */
  convStack(
    x: tf.Tensor4D,
    layers: readonly StackLayer[],
    parameters: readonly StackParameters[],
    options?: StackOptions,
  ): tf.Tensor4D;
  /** Batch normalisation by the statistics of this batch, then ReLU, as one differentiable operation in fp32. */
  batchNormRelu(
    x: tf.Tensor4D,
    gamma: tf.Tensor1D,
    beta: tf.Tensor1D,
    options?: BatchNormOptions,
  ): tf.Tensor4D;
  /**
   * One Adam update of `parameter`, in place where the engine can: tensors that share its memory (`clone`, `reshape`) change
   * with it, `dataSync()` copies. Updates `moments`. Much faster than `tf.train.adam`, which is a dozen operations a parameter.
   */
  adamStep(parameter: tf.Variable, gradient: tf.Tensor, moments: AdamMoments, options: AdamOptions): void;
}

/** Added to a variance where the caller says nothing else. */
export const DEFAULT_EPSILON = 1e-5;

export interface SkippedEngine {
  readonly name: EngineName;
  readonly reason: string;
}

export interface EngineOptions {
  /** Engines to try, best first. */
  readonly wish?: readonly EngineName[];
  /** `auto` takes bf16 where the engine has it in hardware. Default `auto`. */
  readonly precision?: 'auto' | Precision;
  /** Threads of the engine's library. Default 1. */
  readonly threads?: number;
}

/** An engine as its own module opens it: what it skipped is known only to `openEngine`. */
export type OpenedEngine = Omit<Engine, 'skipped'>;

/** Opens one kind of engine, or throws with the reason why it cannot be had here. */
export type EngineOpener = (options: Required<Omit<EngineOptions, 'wish'>>) => Promise<OpenedEngine>;
