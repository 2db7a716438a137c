export { calibrate, type Calibration, type ClipSamples, type ConfidenceParameters } from './calibrate.js';
export { collectSamples, type CollectOptions, defaultCollectOptions } from './collect.js';
export {
  fitLogistic,
  type LogisticModel,
  type LogisticOptions,
  predictLogistic,
  type Sample,
} from './logistic.js';
export { type ObservableTracker, type OnEvidence, type Sighting } from './recording-tracker.js';
