import type { SiameseOptions } from '../../core/tracking/siamese/options.js';
import type { SequenceFolder } from '../../training/evaluate/index.js';
import type { PlanOptions } from '../../training/occlude/index.js';

/** What an evaluation thread is started with. */
export interface WorkerSetup {
  readonly model: string;
  readonly parameters: Partial<SiameseOptions>;
}

/** What it is asked to run; null asks it to be ready. */
export type SequenceTask =
  | { readonly sequence: SequenceFolder; readonly pictures: boolean }
  | { readonly sequence: SequenceFolder; readonly occlude: PlanOptions };
