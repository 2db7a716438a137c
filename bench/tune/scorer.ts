import { once } from 'node:events';
import { Worker } from 'node:worker_threads';
import { mean } from '../../src/training/evaluate/metrics.js';
import type { CachedSequence } from './cache.js';
import type { Setting } from './ranges.js';
import type { TuneReply, TuneRequest, TuneScore, TuneSetup } from './worker.js';

/** Scores settings on cached sequences over worker threads. */
export interface Scorer extends AsyncDisposable {
  /** AUC of every sequence named by its index, in the order of `indices`. */
  scoreAll(setting: Setting, indices: readonly number[]): Promise<number[]>;
  /** The same with precision. */
  scores(setting: Setting, indices: readonly number[]): Promise<TuneScore[]>;
  /**
   * Mean AUC over `indices`, or null once it is clear that it will be worse than `rival`, whose scores stand in the
   * same order: after a third of the sequences, when the mean so far is `margin` below the rival's so far.
   */
  race(
    setting: Setting,
    indices: readonly number[],
    rival: readonly number[] | null,
    margin: number,
  ): Promise<number[] | null>;
}

export async function openScorer(
  model: string,
  sequences: readonly CachedSequence[],
  threads: number,
): Promise<Scorer> {
  const setup: TuneSetup = { model, sequences };
  const workers = Array.from(
    { length: threads },
    () => new Worker(new URL('./worker.js', import.meta.url), { workerData: setup }),
  );
  await Promise.all(workers.map((worker) => once(worker, 'online')));
  const raceAll = async (
    setting: Setting,
    indices: readonly number[],
    rival: readonly number[] | null,
    margin: number,
  ): Promise<TuneScore[] | null> => {
    const found = new Map<number, TuneScore>();
    const scores = new Map<number, number>();
    let next = 0;
    let hopeless = false;
    const work = async (worker: Worker): Promise<void> => {
      while (next < indices.length && !hopeless) {
        const position = next++;
        const score = await ask(worker, { setting, index: indices[position]! });
        found.set(position, score);
        scores.set(position, score.auc);
        hopeless ||= rival !== null && isHopeless(scores, rival, margin);
      }
    };
    await Promise.all(workers.map(work));
    if (scores.size < indices.length) return null;
    return indices.map((_, position) => found.get(position)!);
  };
  const race: Scorer['race'] = async (...contest) =>
    (await raceAll(...contest))?.map(({ auc }) => auc) ?? null;
  return {
    race,
    scores: async (setting, indices) => (await raceAll(setting, indices, null, 0)) ?? [],
    scoreAll: async (setting, indices) => (await race(setting, indices, null, 0)) ?? [],
    [Symbol.asyncDispose]: async () => {
      await Promise.all(workers.map((worker) => worker.terminate()));
    },
  };
}

/** @param scores of the sequences done so far, by position. */
export function isHopeless(
  scores: ReadonlyMap<number, number>,
  rival: readonly number[],
  margin: number,
): boolean {
  if (scores.size < rival.length / 3) return false;
  const ours = mean([...scores.values()]);
  const theirs = mean([...scores.keys()].map((position) => rival[position]!));
  // the fewer are left, the less can still change
  const open = 1 - scores.size / rival.length;
  return ours < theirs - margin * Math.sqrt(open);
}

async function ask(worker: Worker, request: TuneRequest): Promise<TuneScore> {
  worker.postMessage(request);
  const [reply] = (await once(worker, 'message')) as [TuneReply];
  if ('problem' in reply) throw new Error(`${JSON.stringify(request.setting)}: ${reply.problem}`);
  return reply;
}
