import type { SiameseOptions } from '../../core/tracking/siamese/options.js';
import type { CollectOptions, Sample } from '../../training/calibrate/index.js';

/** What a collecting thread is started with. */
export interface CollectorSetup {
  readonly model: string;
  readonly store: string;
  readonly parameters: Partial<SiameseOptions>;
  readonly options: CollectOptions;
}

/** The name of a clip; null asks the thread to be ready. */
export type CollectorTask = string | null;

/** Of one clip. */
export type CollectorAnswer = readonly Sample[];
