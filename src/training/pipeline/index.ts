export { discriminateStage, fitStage, ingestStage, mineStage } from './stages.js';
export { stageFolders, type TrainingRun } from './training-run.js';
