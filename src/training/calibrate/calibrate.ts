import type { SiameseOptions } from '../../core/tracking/siamese/options.js';
import { type Reliability, reliability } from '../evaluate/reliability.js';
import { fitLogistic, type LogisticModel, predictLogistic, type Sample } from './logistic.js';

/** Coefficients of the confidence as tracker parameters, for a model's contract. */
export type ConfidenceParameters = Pick<
  SiameseOptions,
  'confidenceBias' | 'confidenceScore' | 'confidenceClassifier' | 'confidenceApce' | 'confidenceMotion'
>;

export interface Calibration {
  readonly tracker: ConfidenceParameters;
  /** Samples the coefficients were fitted on, and those of other clips they were checked on. */
  readonly samples: { readonly fitted: number; readonly checked: number; readonly correct: number };
  /** On the clips it was not fitted on: of the network's score, and of the fitted probability. */
  readonly before: Reliability | null;
  readonly after: Reliability | null;
}

/** Samples of one clip. */
export interface ClipSamples {
  readonly clip: string;
  readonly samples: readonly Sample[];
}

/**
 * Fits the confidence on every second clip with samples, and checks it on the others; then fits it on all: those coefficients are answered.
 * @throws RangeError as fitLogistic does.
 */
export function calibrate(clips: readonly ClipSamples[]): Calibration {
  const known = clips.filter(({ samples }) => samples.length > 0);
  const [half, other] = [0, 1].map((parity) =>
    known.filter((_, index) => index % 2 === parity).flatMap(({ samples }) => samples),
  ) as [Sample[], Sample[]];
  const check = fitLogistic(half);
  const all = [...half, ...other];
  return {
    tracker: parametersOf(fitLogistic(all)),
    samples: {
      fitted: all.length,
      checked: other.length,
      correct: all.filter(({ correct }) => correct).length,
    },
    before: reliability(other.map(({ features, correct }) => ({ confidence: features[0]!, correct }))),
    after: reliability(
      other.map(({ features, correct }) => ({ confidence: predictLogistic(check, features), correct })),
    ),
  };
}

/** In the order of featuresOf. */
function parametersOf({ bias, weights }: LogisticModel): ConfidenceParameters {
  const [score, classifier, apce, motion] = weights.map(rounded) as [number, number, number, number];
  return {
    confidenceBias: rounded(bias),
    confidenceScore: score,
    confidenceClassifier: classifier,
    confidenceApce: apce,
    confidenceMotion: motion,
  };
}

function rounded(value: number): number {
  return Number(value.toFixed(4));
}
