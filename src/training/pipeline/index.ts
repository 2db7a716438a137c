export { discriminateStage, exportStage, fitStage, ingestStage } from './stages.js';
export { type TrainingRun } from './training-run.js';
