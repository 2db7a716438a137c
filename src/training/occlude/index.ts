export { createOccluder, type Occluder } from './occluder.js';
export { type OcclusionCase, type OcclusionKind, occlusionKinds } from './occlusion-case.js';
export { type OcclusionBenchOptions, type OcclusionRunner, runOcclusionBench } from './occlusion-bench.js';
export { parseDisturbances } from './parse-disturbances.js';
export { defaultDisturbances, type Disturbance, planCases, type PlanOptions } from './plan.js';
export { type CaseRun, type OcclusionRun, runCases, type RunCasesOptions } from './run-cases.js';
export { type CaseScore, scoreCase } from './score-case.js';
export { type OcclusionRow, type OcclusionSummary, type Share, summariseCases } from './summarise-cases.js';
