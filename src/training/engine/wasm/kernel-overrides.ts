import * as tf from '@tensorflow/tfjs';

/** Arguments of a kernel as tfjs passes them. */
export interface KernelCall {
  readonly inputs: Readonly<Record<string, tf.TensorInfo>>;
  readonly attrs: Readonly<Record<string, unknown>>;
}

export type Kernel<Result = tf.TensorInfo> = (call: KernelCall) => Result;

type KernelFunction = NonNullable<ReturnType<typeof tf.getKernel>>['kernelFunc'];

/** Kernels of one tfjs backend replaced for as long as an engine is open. */
export class KernelOverrides implements Disposable {
  readonly #backendName: string;
  readonly #restore: (() => void)[] = [];

  constructor(backendName: string) {
    this.#backendName = backendName;
  }

  /** Replaces kernel `name`; `make` is given the kernel it replaces (undefined where there was none) to fall back on. */
  set(name: string, make: (original: Kernel | undefined) => Kernel<tf.TensorInfo | tf.TensorInfo[]>): void {
    const backendName = this.#backendName;
    const existing = lookUp(name, backendName);
    const backend = tf.backend();
    const original: Kernel | undefined =
      existing &&
      ((call) => existing.kernelFunc({ ...call, backend } as Parameters<KernelFunction>[0]) as tf.TensorInfo);
    const kernel = make(original);
    if (existing) tf.unregisterKernel(name, backendName);
    tf.registerKernel({
      kernelName: name,
      backendName,
      kernelFunc: ({ inputs, attrs }) => kernel({ inputs, attrs: attrs ?? {} } as KernelCall),
    });
    this.#restore.push(() => {
      tf.unregisterKernel(name, backendName);
      if (existing) tf.registerKernel(existing);
    });
  }

  /** Puts the replaced kernels back. */
  [Symbol.dispose](): void {
    for (const restore of this.#restore.splice(0).reverse()) restore();
  }
}

function lookUp(name: string, backendName: string): tf.KernelConfig | undefined {
  return tf.getKernel(name, backendName);
}
