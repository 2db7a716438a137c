import * as tf from '@tensorflow/tfjs';
import '@tensorflow/tfjs-backend-wasm';
import { TrainingError } from '../../../core/errors.js';

/** The part of tfjs' wasm backend that the engines use beyond its public API. */
export interface WasmBackend {
  readonly wasm: WasmModule;
  readonly dataIdMap: { get(dataId: object): { readonly memoryOffset: number } };
  makeOutput(shape: readonly number[], dtype: tf.DataType): tf.TensorInfo;
  incRef(dataId: object): void;
}

interface WasmModule {
  /** The whole heap; another array after the heap has grown. */
  readonly HEAPU8: Uint8Array<ArrayBuffer>;
  _malloc: (bytes: number) => number;
  _free: (offset: number) => void;
  /** Set once the allocator has been wrapped. */
  tagalongAligned?: true;
}

/** A cache line, and the widest vector load. */
export const ALIGNMENT = 64;

/** Makes wasm the backend of tfjs, its tensors aligned to {@link ALIGNMENT} bytes. */
export async function openWasmBackend(): Promise<WasmBackend> {
  if (!(await tf.setBackend('wasm'))) throw new TrainingError('tfjs could not start its wasm backend');
  await tf.ready();
  const backend = tf.backend() as unknown as WasmBackend;
  alignHeap(backend.wasm);
  return backend;
}

/** tfjs allocates every tensor through these two functions of the module, called from JavaScript. */
function alignHeap(wasm: WasmModule): void {
  if (wasm.tagalongAligned) return;
  const malloc = wasm._malloc;
  const free = wasm._free;
  const blocks = new Map<number, number>();
  wasm._malloc = (bytes) => {
    const block = malloc(bytes + ALIGNMENT) >>> 0;
    if (block === 0) throw new TrainingError(`the wasm heap (4 GiB at most) has no ${bytes} bytes left`);
    const aligned = Math.ceil(block / ALIGNMENT) * ALIGNMENT;
    blocks.set(aligned, block);
    return aligned;
  };
  wasm._free = (offset) => {
    const aligned = offset >>> 0;
    free(blocks.get(aligned) ?? offset); // blocks of the C++ side are not in the map
    blocks.delete(aligned);
  };
  wasm.tagalongAligned = true;
}
