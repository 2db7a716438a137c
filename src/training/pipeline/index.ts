export { adoptStage } from './adopt-stage.js';
export { writeRunReport } from './run-report.js';
export { trainRounds } from './rounds.js';
export { discriminateStage, fitStage, ingestStage, mineStage } from './stages.js';
export { distillStage, teachAndDistill, teacherStage } from './teacher-stages.js';
export { type DevSequences, stageFolders, type TrainingRun } from './training-run.js';
