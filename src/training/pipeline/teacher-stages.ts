import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { TrainingError, UsageError } from '../../core/errors.js';
import { createRandom } from '../../core/random.js';
import { stopReason } from '../mine/progression.js';
import { widen } from '../network/widen.js';
import type { Preset } from '../presets.js';
import { readStageManifest, writeStageManifest } from '../stage/manifest.js';
import { distillTerms, fitTerms } from './curves.js';
import { bestOf, readDevLog } from './dev-selection.js';
import { exportRound } from './export-round.js';
import { fitNetwork } from './fit-network.js';
import { comparableMean, readRetrieval, type RetrievalReport, retrievalStage } from './retrieval-stage.js';
import { writeRunReport } from './run-report.js';
import { roundOf, stageFolders, type TrainingRun } from './training-run.js';
import { weightsOf } from './weights.js';

/** A round's network, widened (network/widen.ts) and fitted on: the teacher, exported as a model folder. */
export async function teacherStage(run: TrainingRun, asked?: number): Promise<RetrievalReport> {
  const { teacher } = requirePreset(run);
  const folders = stageFolders(run);
  const { fitTeacher: out, teacher: modelDir } = folders;
  const round = await chooseRound(run, asked);
  const { name, parameters } = weightsOf(run, folders.fit(round));
  const wider = widen(parameters, run.preset.spec, teacher.spec, createRandom(run.seed));
  await writeStageManifest(out, { stage: 'teacher', inputs: name, options: { round } }, false);
  const engine = await fitNetwork(run, {
    label: 'teacher',
    title: 'Teacher',
    out,
    spec: teacher.spec,
    preset: ofRound(teacher, round),
    mined: folders.mined(round),
    seed: run.seed + 1000,
    start: { name: `${name}, wider`, parameters: wider },
    curves: fitTerms,
  });
  await exportRound(run, {
    out: modelDir,
    round,
    engine,
    parameters: weightsOf(run, out).parameters,
    after: {
      spec: teacher.spec,
      fits: [out],
      steps: teacher.optimiser.steps,
      method: 'widened and fitted on',
      sentence: 'It began as a smaller network, widened, and was fitted on: others are distilled from it.',
    },
  });
  return retrievalStage(run, { modelDir, out });
}

/** A round's network, fitted on to answer as the teacher does: the student, exported as a model folder. */
export async function distillStage(run: TrainingRun, asked?: number): Promise<RetrievalReport> {
  const { teacher, distill } = requirePreset(run);
  const folders = stageFolders(run);
  const round = await chooseRound(run, asked);
  const { fitTeacher, fitDistilled: out, distilled: modelDir } = folders;
  if (!existsSync(join(folders.teacher, 'contract.json')))
    throw new TrainingError(`${folders.teacher}: no teacher there; "train teacher" makes it`);
  const taught = weightsOf(run, fitTeacher);
  const engine = await fitNetwork(run, {
    label: 'distill',
    title: 'Student',
    out,
    spec: run.preset.spec,
    preset: ofRound(distill, round),
    mined: folders.mined(round),
    seed: run.seed + 2000,
    start: weightsOf(run, folders.fit(round)),
    teacher: { ...taught, spec: teacher.spec, weights: distill.weights },
    curves: distillTerms,
  });
  await exportRound(run, {
    out: modelDir,
    round,
    engine,
    parameters: weightsOf(run, out).parameters,
    after: {
      spec: run.preset.spec,
      fits: [fitTeacher, out],
      steps: distill.optimiser.steps,
      method: 'distilled from a wider teacher',
      sentence: 'At last it was distilled from a wider network that had begun as itself.',
    },
  });
  return retrievalStage(run, { modelDir, out });
}

/**
 * Teacher and student after the last round, where the preset has them.
 * @returns the model folder that ships: the student, unless the round's own network is better on the development sequences or, without
 * any, the student's retrieval has fallen.
 */
export async function teachAndDistill(run: TrainingRun, round: number): Promise<string> {
  const folders = stageFolders(run);
  if (!run.preset.teacher || !run.preset.distill) return folders.model(round);
  await teacherStage(run, round);
  await writeRunReport(run);
  const student = await distillStage(run, round);
  await writeRunReport(run);
  const objection = run.dev ? lowerScore(run, round) : lowerRetrieval(run, round, student);
  if (objection === null) return folders.distilled;
  run.progress.note(`the student does not ship, round ${round} does: ${objection}`);
  return folders.model(round);
}

function lowerScore(run: TrainingRun, round: number): string | null {
  const folders = stageFolders(run);
  const [before, after] = [folders.fit(round), folders.fitDistilled].map(
    (dir) => bestOf(readDevLog(dir))?.auc ?? 0,
  ) as [number, number];
  return after < before ? `dev AUC ${after.toFixed(3)} after ${before.toFixed(3)}` : null;
}

function lowerRetrieval(run: TrainingRun, round: number, student: RetrievalReport): string | null {
  const before = comparableMean(readRetrieval(stageFolders(run).fit(round)));
  return stopReason([
    { round, miner: null, followed: null, retrieval: before },
    { round: round + 1, miner: null, followed: null, retrieval: comparableMean(student) },
  ]);
}

/** The round that is asked for, else the one the teacher began with, else the last whose model is there. */
async function chooseRound(run: TrainingRun, asked: number | undefined): Promise<number> {
  const { model, fitTeacher } = stageFolders(run);
  const begun = (await readStageManifest(fitTeacher))?.options['round'];
  const rounds = [...run.preset.rounds.keys()];
  const last = rounds.findLast((each) => existsSync(join(model(each), 'contract.json')));
  const round = asked ?? (typeof begun === 'number' ? begun : last);
  if (round === undefined)
    throw new TrainingError(`${run.work}: no round has been fitted yet; "train fit" comes before a teacher`);
  roundOf(run, round);
  return round;
}

/** Before anything was mined there are self-pairs only. */
function ofRound<T extends { readonly minedShare: number }>(preset: T, round: number): T {
  return round === 0 ? { ...preset, minedShare: 0 } : preset;
}

function requirePreset({ preset }: TrainingRun): Required<Pick<Preset, 'teacher' | 'distill'>> {
  const { teacher, distill } = preset;
  if (!teacher || !distill) throw new UsageError('--preset: this one has no teacher');
  return { teacher, distill };
}
