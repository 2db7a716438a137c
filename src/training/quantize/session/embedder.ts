import type { ModelContract } from '../../../core/model/contract.js';
import type { OrtRuntime } from '../../engine/ort/binding.js';
import { openGraphSession } from './graph-session.js';

/** What a model makes of template crops, one at a time. */
export interface Embedder extends Disposable {
  embed(template: Uint8Array): Float32Array;
}

export function openEmbedder(
  runtime: OrtRuntime,
  { template }: ModelContract,
  templateGraph: Uint8Array,
): Embedder {
  const session = openGraphSession(runtime, templateGraph, template.file);
  const shape = [1, 3, template.cropSize, template.cropSize];
  return {
    embed: (crop) => session.run({ template: { data: crop, shape } }, ['features'])['features']!,
    [Symbol.dispose]: () => {
      session[Symbol.dispose]();
    },
  };
}
