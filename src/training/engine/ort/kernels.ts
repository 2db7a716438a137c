import type * as tf from '@tensorflow/tfjs';
import { convolutionShape } from '../convolution-shape.js';
import { matmulShape } from '../matmul-shape.js';
import { size } from '../sides.js';
import type { WasmHeap } from '../wasm/heap.js';
import type { Kernel, KernelOverrides } from '../wasm/kernel-overrides.js';
import type { NativeSession, OrtRuntime } from './binding.js';
import {
  filterGradientGraph,
  FIRST,
  forwardGraph,
  inputGradientGraph,
  matmulGraph,
  RESULT,
  SECOND,
} from './graphs.js';

/** One-operation graphs run by onnxruntime on tensors of the wasm heap; a session for each shape, kept until disposed of. */
export class OrtKernels implements Disposable {
  readonly #runtime: OrtRuntime;
  readonly #heap: WasmHeap;
  readonly #sessions = new Map<string, NativeSession>();

  constructor(runtime: OrtRuntime, heap: WasmHeap) {
    this.#runtime = runtime;
    this.#heap = heap;
  }

  /** Has tfjs' convolutions and matrix products run by onnxruntime. */
  register(overrides: KernelOverrides): void {
    overrides.set('Conv2D', () => this.#convolution());
    overrides.set('Conv2DBackpropInput', () => this.#inputGradient());
    overrides.set('Conv2DBackpropFilter', () => this.#filterGradient());
    overrides.set('BatchMatMul', (original) => this.#matmul(original!));
  }

  #convolution(): Kernel {
    return ({ inputs, attrs }) => {
      const [x, filter] = [inputs['x']!, inputs['filter']!];
      const { shape, outShape } = convolutionShape(x.shape, filter.shape, attrs);
      const y = this.#heap.output(outShape);
      this.#run('forward', shape, forwardGraph, x, filter, y);
      return y;
    };
  }

  #inputGradient(): Kernel {
    return ({ inputs, attrs }) => {
      const [dy, filter] = [inputs['dy']!, inputs['filter']!];
      const inputShape = attrs['inputShape'] as number[];
      const { shape } = convolutionShape(inputShape, filter.shape, attrs);
      const dx = this.#heap.output(inputShape);
      this.#run('input', shape, inputGradientGraph, dy, filter, dx);
      return dx;
    };
  }

  #filterGradient(): Kernel {
    return ({ inputs, attrs }) => {
      const [x, dy] = [inputs['x']!, inputs['dy']!];
      const filterShape = attrs['filterShape'] as number[];
      const { shape } = convolutionShape(x.shape, filterShape, attrs);
      const gradient = this.#heap.output(filterShape);
      this.#run('filter', shape, filterGradientGraph, x, dy, gradient);
      return gradient;
    };
  }

  #matmul(original: Kernel): Kernel {
    return (call) => {
      const settled = matmulShape(call);
      if (!settled) return original(call);
      const { shape, outShape } = settled;
      const { batchA, batchB, rows, inner, columns, transposeA, transposeB } = shape;
      const a = { ...call.inputs['a']!, shape: turned(batchA, rows, inner, transposeA) };
      const b = { ...call.inputs['b']!, shape: turned(batchB, inner, columns, transposeB) };
      const result = this.#heap.output(outShape);
      const graph = (): Uint8Array => matmulGraph(a.shape, b.shape, transposeA, transposeB);
      const product = { ...result, shape: [Math.max(batchA, batchB), rows, columns] };
      this.#run('matmul', shape, graph, a, b, product);
      return result;
    };
  }

  #run<Shape extends object>(
    kind: string,
    shape: Shape,
    makeGraph: (shape: Shape) => Uint8Array,
    first: tf.TensorInfo,
    second: tf.TensorInfo,
    result: tf.TensorInfo,
  ): void {
    if (size(result.shape) === 0) return;
    const key = `${kind} ${JSON.stringify(shape)}`;
    let session = this.#sessions.get(key);
    if (!session) {
      session = this.#runtime.createSession(makeGraph(shape));
      this.#sessions.set(key, session);
    }
    const view = (tensor: tf.TensorInfo) =>
      new this.#runtime.Tensor('float32', this.#heap.floats(tensor), tensor.shape);
    // the session writes into the output it is given: the result's own memory
    session.run({ [FIRST]: view(first), [SECOND]: view(second) }, { [RESULT]: view(result) }, {});
  }

  [Symbol.dispose](): void {
    for (const session of this.#sessions.values()) session.dispose();
    this.#sessions.clear();
  }
}

function turned(batch: number, rows: number, columns: number, isTurned: boolean): [number, number, number] {
  return isTurned ? [batch, columns, rows] : [batch, rows, columns];
}
