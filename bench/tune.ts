/**
 * Tunes tracker parameters for a model: `node dist/bench/tune.js [--model DIR] [--sequences DIR] [--half]
 * [--range name=low:high[:log|:int]]… [--set name=value]… [--samples N] [--rounds N] [--only a,b] [--skip a,b]
 * [--threads N] [--seed N] [--margin X] [--starts N]`. See docs/evaluation.md.
 */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { UsageError } from '../src/core/errors.js';
import { parseModelContract } from '../src/core/model/contract.js';
import { createRandom } from '../src/core/random.js';
import { parseSiameseOptions } from '../src/core/tracking/siamese/options.js';
import { mean } from '../src/training/evaluate/metrics.js';
import { listSequences } from '../src/training/evaluate/sequence-folder.js';
import { cacheSequence, type CachedSequence, startsOf } from './tune/cache.js';
import { splitInHalves } from './tune/halves.js';
import { defaultRanges, parseRange, type Range, type Setting } from './tune/ranges.js';
import { openScorer } from './tune/scorer.js';
import { search, shuffled } from './tune/search.js';

const { values } = parseArgs({
  options: {
    model: { type: 'string', default: 'models/nano' },
    sequences: { type: 'string', default: '../shared/data/sequences' },
    only: { type: 'string' },
    skip: { type: 'string' },
    half: { type: 'boolean', default: false },
    range: { type: 'string', multiple: true, default: [] },
    set: { type: 'string', multiple: true, default: [] },
    samples: { type: 'string', default: '20' },
    rounds: { type: 'string', default: '2' },
    threads: { type: 'string', default: '2' },
    seed: { type: 'string', default: '1' },
    margin: { type: 'string', default: '0.03' },
    starts: { type: 'string', default: '1' },
  },
});

try {
  await main();
} catch (error) {
  if (!(error instanceof UsageError)) throw error;
  console.error(`error: ${error.message}`);
  process.exitCode = 2;
}

async function main(): Promise<void> {
  const ranges = values.range.length > 0 ? values.range.map(parseRange) : defaultRanges;
  const start = await startSetting(ranges);
  for (const { name, low, high } of ranges) {
    for (const value of [low, high]) parseSiameseOptions({ [name]: value }); // told before the decoding
  }
  const random = createRandom(Number(values.seed));
  const margin = Number(values.margin);
  const sequences = await decode();
  const starts = sequences.map((sequence) => startsOf(sequence, Number(values.starts)));
  const cached = starts.flat();
  await using scorer = await openScorer(values.model, cached, Number(values.threads));

  const all = cached.map((_, index) => index);
  const startedAt = Date.now();
  const base = await scorer.scoreAll(start, all);
  console.log(
    `start: AUC ${mean(base).toFixed(4)} on ${all.length} runs of ${sequences.length} sequences, ${secondsSince(startedAt)} s a setting`,
  );
  // runs of one sequence stay together: they are no strangers to each other
  let next = 0;
  const runsOf = starts.map((runs) => runs.map(() => next++));
  const scoreOf = runsOf.map((runs) => mean(runs.map((run) => base[run]!)));
  const runs = (chosen: readonly number[]): number[] => chosen.flatMap((sequence) => runsOf[sequence]!);
  const [half, other] = values.half
    ? (splitInHalves(scoreOf, random).map(runs) as [number[], number[]])
    : [all, []];
  const tuned = shuffled(half, random); // so that the first third of them stands for the rest

  const interrupt = new AbortController();
  process.once('SIGINT', () => {
    interrupt.abort();
  });
  let rival: readonly number[] | null = null;
  let trials = 0;
  const best = await search({
    ranges,
    start,
    random,
    samples: Number(values.samples),
    rounds: Number(values.rounds),
    signal: interrupt.signal,
    score: async (setting, bestScore) => {
      const scores =
        setting === start
          ? tuned.map((index) => base[index]!)
          : await scorer.race(setting, tuned, rival, margin);
      if (scores === null) return null;
      if (mean(scores) > bestScore) rival = scores;
      return mean(scores);
    },
    onTrial: ({ setting, score, best: better }) => {
      trials += 1;
      const text = score?.toFixed(4) ?? 'given up';
      if (better) console.log(`${trials}: ${text}  ${describe(setting, ranges)}`);
      else if (process.stderr.isTTY) process.stderr.write(`\r\x1b[K${trials}: ${text}\r`);
    },
  });

  const line = (name: string, indices: readonly number[], scores: readonly number[]): void => {
    const before = mean(indices.map((index) => base[index]!));
    console.log(`${name} (${indices.length} runs): AUC ${before.toFixed(4)} -> ${mean(scores).toFixed(4)}`);
  };
  console.log(`\n${trials} settings in ${secondsSince(startedAt)} s`);
  line('tuned', tuned, await scorer.scoreAll(best.setting, tuned));
  if (other.length > 0) line('other half', other, await scorer.scoreAll(best.setting, other));
  console.log(`\n"tracker": ${JSON.stringify(best.setting)}`);
}

/** Defaults, under the model's own parameters, under `--set`: of these, what is searched or set. */
async function startSetting(ranges: readonly Range[]): Promise<Setting> {
  const file = join(values.model, 'contract.json');
  const text = await readFile(file, 'utf8').catch((cause: unknown) => {
    throw new UsageError(`--model "${values.model}": no contract.json there`, { cause });
  });
  const { tracker = {} } = parseModelContract(text, file);
  const set = Object.fromEntries(
    values.set.map((pair): [string, number] => {
      const [, name, value] = /^(\w+)=(\S+)$/.exec(pair) ?? [];
      if (name === undefined || !Number.isFinite(Number(value))) {
        throw new UsageError(`--set "${pair}": must be name=number`);
      }
      return [name, Number(value)];
    }),
  );
  const given = { ...tracker, ...set };
  const complete: Setting = parseSiameseOptions(given);
  return { ...given, ...Object.fromEntries(ranges.map(({ name }) => [name, complete[name]!])) };
}

async function decode(): Promise<CachedSequence[]> {
  const names = (text: string | undefined): string[] => text?.split(',') ?? [];
  const folders = await listSequences(values.sequences, {
    only: names(values.only),
    skip: names(values.skip),
  });
  const cached: CachedSequence[] = [];
  for (const folder of folders) cached.push(await cacheSequence(folder));
  const megabytes = cached.reduce((sum, { pixels }) => sum + pixels.byteLength, 0) / 1e6;
  console.log(`${cached.length} sequences decoded, ${megabytes.toFixed(0)} MB`);
  return cached;
}

function describe(setting: Setting, ranges: readonly Range[]): string {
  return ranges.map(({ name }) => `${name}=${setting[name]}`).join(' ');
}

function secondsSince(startedAt: number): string {
  return ((Date.now() - startedAt) / 1000).toFixed(1);
}
