import type { ObjectSourceOptions } from '../discriminate/object-source.js';
import type { PairSourceOptions } from './pair-source.js';

/** What a data worker renders: pairs for the Siamese network, or crops for background discrimination. */
export type BatchWorkerData = { readonly storeDir: string } & (
  | { readonly kind: 'pairs'; readonly options: PairSourceOptions }
  | { readonly kind: 'objects'; readonly options: ObjectSourceOptions }
);

export interface BatchRequest {
  readonly index: number;
  readonly buffer: SharedArrayBuffer;
}

/** The answer: batch `index` stands in its buffer. */
export interface BatchReady {
  readonly index: number;
}
