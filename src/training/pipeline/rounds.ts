import { existsSync } from 'node:fs';
import { type RoundFigures, stopReason } from '../mine/progression.js';
import { bestOf, readDevLog } from './dev-selection.js';
import { comparableMean } from './retrieval-stage.js';
import { writeRunReport } from './run-report.js';
import { discriminateStage, fitStage, mineStage } from './stages.js';
import { roundOf, stageFolders, type TrainingRun } from './training-run.js';

/**
 * From the frame store to the last round: discriminate, fit, then mine and fit by turns, as many rounds as the preset has or until
 * mining yield or retrieval stop improving. The report is written anew after every round.
 * @returns the round whose model ships: the best on the development sequences, else the last that was no worse than the one before.
 */
export async function trainRounds(run: TrainingRun): Promise<number> {
  // an adopted network stands for what the first stages would teach
  const first = existsSync(stageFolders(run).adopted(0)) ? 1 : 0;
  if (first === 0) await discriminateStage(run);
  const history: RoundFigures[] = [];
  let last = first;
  let stopped: string | null = null;
  for (let round = first; round < run.preset.rounds.length && stopped === null; round += 1) {
    const mined = roundOf(run, round).minedShare === 0 ? null : await mineStage(run, round);
    const figures = { round, miner: mined?.miner ?? null, followed: mined?.followed ?? null };
    stopped = stopReason([...history, { ...figures, retrieval: null }]);
    if (stopped !== null) break;
    const retrieval = comparableMean(await fitStage(run, round));
    history.push({ ...figures, retrieval });
    stopped = stopReason(history);
    if (stopped === null) last = round;
    await writeRunReport(run);
  }
  if (stopped !== null) {
    run.progress.note(`no further round: ${stopped}; the report shows all rounds`);
    await writeRunReport(run);
  }
  return run.dev ? bestRound(run, history) : last;
}

function bestRound(run: TrainingRun, history: readonly RoundFigures[]): number {
  const folders = stageFolders(run);
  const scores = history.map(({ round }) => ({
    round,
    auc: bestOf(readDevLog(folders.fit(round)))?.auc ?? 0,
  }));
  return scores.reduce((best, each) => (each.auc > best.auc ? each : best)).round;
}
