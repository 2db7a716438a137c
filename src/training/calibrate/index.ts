export { calibrate, type Calibration, type ClipSamples, type ConfidenceParameters } from './calibrate.js';
export { collectSamples, type CollectOptions, defaultCollectOptions } from './collect.js';
export { type Evidence, featureNames, featuresOf, type OnEvidence, type Sighting } from './evidence.js';
export {
  fitLogistic,
  type LogisticModel,
  type LogisticOptions,
  predictLogistic,
  type Sample,
} from './logistic.js';
export { observeTracker } from './observe-tracker.js';
export { type ObservableTracker } from './recording-tracker.js';
