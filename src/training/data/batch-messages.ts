import { type PairSourceOptions } from './pair-source.js';

export interface BatchWorkerData {
  readonly storeDir: string;
  readonly options: PairSourceOptions;
}

export interface BatchRequest {
  readonly index: number;
  readonly buffer: SharedArrayBuffer;
}

/** The answer: batch `index` stands in its buffer. */
export interface BatchReady {
  readonly index: number;
}
