import type { SiameseOptions } from '../../core/tracking/siamese/options.js';
import type { SequenceFolder, SequenceRun } from '../../training/evaluate/index.js';

/** What a worker is started with. */
export interface WorkerSetup {
  readonly model: string;
  readonly parameters: Partial<SiameseOptions>;
}

/** To a worker. One run at a time. */
export type Request =
  | { readonly kind: 'run'; readonly sequence: SequenceFolder; readonly pictures: boolean }
  | { readonly kind: 'abort' };

/** From a worker: `ready` or `failed` once, then for every run its `frame`s and `done` or `failed`. */
export type Reply =
  | { readonly kind: 'ready' }
  | { readonly kind: 'frame'; readonly frames: number }
  | { readonly kind: 'done'; readonly run: SequenceRun }
  | { readonly kind: 'failed'; readonly error: PlainError };

/** An error as it crosses threads, where classes are lost. */
export interface PlainError {
  readonly name: string;
  readonly message: string;
  readonly stack: string | undefined;
}
