export {
  evaluate,
  type EvaluateOptions,
  evaluateWith,
  type Progress,
  type SequenceRunner,
} from './evaluate.js';
export { type BoxSequence, formatBoxes, parseGroundTruth } from './ground-truth.js';
export { type Distribution } from './honesty.js';
export { type Answer, type Scores, scoreAnswers } from './metrics.js';
export { readReference, type Reference } from './reference.js';
export { type Reliability } from './reliability.js';
export { type RunOptions, runSequence, type SequenceRun } from './run-sequence.js';
export { listSequences, type SequenceChoice, type SequenceFolder } from './sequence-folder.js';
export { type SequenceSummary, type Summary } from './summary.js';
