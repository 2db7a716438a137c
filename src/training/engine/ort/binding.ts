import { createRequire } from 'node:module';
import type * as ort from 'onnxruntime-node';

/** onnxruntime's native session, whose `run` is synchronous, as a kernel of tfjs must be; the public one returns a promise. */
export interface NativeSession {
  loadModel(
    model: ArrayBufferLike,
    byteOffset: number,
    byteLength: number,
    options: ort.InferenceSession.SessionOptions,
  ): void;
  run(
    feeds: Readonly<Record<string, ort.Tensor>>,
    /** Null: allocated by onnxruntime. */
    fetches: Readonly<Record<string, ort.Tensor | null>>,
    options: ort.InferenceSession.RunOptions,
  ): unknown;
  dispose(): void;
}

interface NativeBinding {
  readonly binding: { readonly InferenceSession: new () => NativeSession };
  initOrt(): void;
}

/** onnxruntime-node, loaded when first asked for: the rest of training does without. */
export interface OrtRuntime {
  readonly version: string;
  readonly Tensor: typeof ort.Tensor;
  /** @param options over those that kernels run with */
  createSession(model: Uint8Array, options?: ort.InferenceSession.SessionOptions): NativeSession;
}

export function loadOrt(threads: number): OrtRuntime {
  const require = createRequire(import.meta.url);
  const { Tensor, env } = require('onnxruntime-node') as typeof ort;
  const native = require('onnxruntime-node/dist/binding.js') as NativeBinding;
  native.initOrt();
  return {
    version: env.versions.node ?? 'of unknown version',
    Tensor,
    createSession(model, options = {}) {
      const session = new native.binding.InferenceSession();
      session.loadModel(model.buffer, model.byteOffset, model.byteLength, {
        intraOpNumThreads: threads,
        interOpNumThreads: 1,
        executionMode: 'sequential',
        graphOptimizationLevel: 'all',
        enableCpuMemArena: true,
        logSeverityLevel: 3,
        // waiting threads sleep: they would take the core of the data pipeline
        extra: { session: { intra_op: { allow_spinning: '0' } } },
        ...options,
      });
      return session;
    },
  };
}
