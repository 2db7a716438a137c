import { basename, join } from 'node:path';
import { Command } from 'commander';
import { UsageError } from '../../core/errors.js';
import {
  parseSiameseOptions,
  presetParameters,
  type SiameseOptions,
  type SiamesePreset,
} from '../../core/tracking/siamese/options.js';
import type { Progress } from '../../training/evaluate/index.js';
import type { QueueAddress } from '../../training/jobs/queue/queue-address.js';
import { defaultModel, readPackage } from '../package-root.js';
import type { QueueRuns } from '../evaluation/queue-runs.js';
import { formatTable } from '../evaluation/table.js';
import { interruptSignal } from '../interrupt.js';
import { wholeNumber } from '../parse/numbers.js';
import { queueOption } from '../parse/queue.js';
import { collectSetting, presetOption } from '../parse/settings.js';

interface Options {
  readonly model: string;
  readonly compare?: readonly string[];
  readonly out?: string;
  readonly only?: readonly string[];
  readonly skip?: readonly string[];
  readonly set: Partial<SiameseOptions>;
  readonly jobs: number;
  readonly reference?: string;
  /** True: the usual disturbances. */
  readonly occlude?: string | true;
  readonly seed: number;
  readonly queue?: QueueAddress;
}

/** `tagalong evaluate DIR`: how well a model follows, on sequences with ground truth. */
export function evaluateCommand(): Command {
  return new Command('evaluate')
    .description('measure a model on a folder of sequences: {video.mp4 | frames/, groundtruth.txt} each')
    .argument('<dir>', 'folder of sequence folders')
    .option('--model <dir>', 'model folder', defaultModel)
    .option('--compare <models...>', 'instead of --model: two model folders, in turn, side by side')
    .option('--out <dir>', 'write boxes, states, summary.json and report.html here')
    .option('--only <names>', 'only these sequences, comma-separated', parseNames('--only'))
    .option('--skip <names>', 'not these sequences, comma-separated', parseNames('--skip'))
    .addOption(presetOption())
    .option('--set <key=value>', 'tracker parameter, over the model’s own (repeatable)', collectSetting, {})
    .option(
      '--jobs <n>',
      'sequences side by side; times are then not comparable',
      wholeNumber('--jobs', 1),
      1,
    )
    .option('--reference <file>', 'JSON with published numbers, to stand beside in the report')
    .option(
      '--occlude [list]',
      'instead: cover the target, cut it out, jump; kinds or kind:level, such as patch:30,cut,jump:0.2',
    )
    .option('--seed <n>', 'of the occlusions', wholeNumber('--seed', 0), 1)
    .addOption(
      queueOption('run on other machines, that run "train worker": redis://[user:password@]host[:port]'),
    )
    .action(runEvaluate);
}

/** As given: the preset's parameters are not in `set` yet. */
interface Flags extends Options {
  readonly preset: SiamesePreset;
}

async function runEvaluate(dir: string, { preset, ...flags }: Flags): Promise<void> {
  const options = { ...flags, set: presetParameters({ preset, ...flags.set }) };
  if (options.occlude !== undefined) {
    await runOcclusions(dir, options, options.occlude);
    return;
  }
  if (options.compare !== undefined) {
    await runComparison(dir, options, options.compare);
    return;
  }
  // loaded here: the charts are heavy and the other commands do without
  const { evaluateWith, listSequences, readReference } = await import('../../training/evaluate/index.js');
  const { openWorkerPool } = await import('../evaluation/worker-pool.js');
  const { model, out, only, skip, set, jobs } = options;
  parseSiameseOptions(set); // every mistake is told before the first frame
  const reference = options.reference === undefined ? undefined : await readReference(options.reference);
  const { length: count } = await listSequences(dir, { only, skip });

  using interrupt = interruptSignal();
  const setup = { model, parameters: set };
  await using runs = options.queue
    ? await openQueue(dir, options.queue, { ...options, signal: interrupt.signal })
    : null;
  await using pool = runs ? null : await openWorkerPool(Math.min(jobs, count), setup);
  const summary = await evaluateWith((runs ?? pool!).run, {
    sequences: dir,
    out,
    only,
    skip,
    reference,
    jobs: runs ? count : jobs,
    title: `Evaluation of ${basename(model)}`,
    signal: interrupt.signal,
    onProgress: showProgress,
  });
  if (!interrupt.signal.aborted) await runs?.finish();
  clearProgress();
  console.log(formatTable(summary));
  if (out !== undefined) console.log(`\nwritten to ${out}: summary.json, report.html, boxes/, states/`);
  for (const problem of summary.problems ?? []) console.error(`error: ${problem}`);
  if (summary.partial) process.exitCode = 1;
}

async function openQueue(
  sequences: string,
  address: QueueAddress,
  { model, out, set: parameters, signal }: Pick<Options, 'model' | 'out' | 'set'> & { signal: AbortSignal },
): Promise<QueueRuns> {
  if (out === undefined) {
    throw new UsageError(`--queue "${address.shown}": needs --out DIR in a folder that all machines share`);
  }
  const { openQueueRuns } = await import('../evaluation/queue-runs.js');
  const { version } = await readPackage();
  const note = (text: string): void => {
    clearProgress();
    console.error(text);
  };
  return openQueueRuns({ address, version, sequences, model, parameters, out, note, signal });
}

/** Two models over the same sequences. */
async function runComparison(dir: string, options: Options, models: readonly string[]): Promise<void> {
  const { compareModels } = await import('../evaluation/compare-models.js');
  const { formatComparedTable } = await import('../evaluation/compare-table.js');
  const { out, only, skip, set, jobs } = options;
  refuseBesideCompare(options);
  parseSiameseOptions(set);
  using interrupt = interruptSignal();
  const { signal } = interrupt;
  const contenders = await compareModels({
    models,
    parameters: set,
    sequences: dir,
    out,
    only,
    skip,
    signal,
  });
  console.log(formatComparedTable(contenders));
  if (jobs > 1) console.log('--jobs is not used: the models take turns');
  if (out !== undefined) {
    const { renderComparison } = await import('../../training/evaluate/compare-report.js');
    const { writeFileAtomic } = await import('../../training/stage/atomic.js');
    await writeFileAtomic(join(out, 'compare.html'), await renderComparison(contenders));
    console.log(`\nwritten to ${out}: compare.html, and a folder for each model`);
  }
  for (const { name, summary } of contenders) {
    for (const problem of summary.problems ?? []) console.error(`error: ${name}: ${problem}`);
    if (summary.partial) process.exitCode = 1;
  }
}

function refuseBesideCompare({ reference, queue }: Options): void {
  if (reference !== undefined) {
    throw new UsageError(`--reference "${reference}": does not go with --compare`);
  }
  if (queue) throw new UsageError(`--queue "${queue.shown}": does not go with --compare`);
}

/** The occlusion bench, over the same threads. */
async function runOcclusions(dir: string, options: Options, list: string | true): Promise<void> {
  const { listSequences } = await import('../../training/evaluate/sequence-folder.js');
  const { defaultDisturbances, parseDisturbances, runOcclusionBench } =
    await import('../../training/occlude/index.js');
  const { openWorkerPool } = await import('../evaluation/worker-pool.js');
  const { formatOcclusionTable } = await import('../evaluation/occlusion-table.js');
  const { model, out, only, skip, set, jobs, seed } = options;
  if (options.reference !== undefined) {
    throw new UsageError(`--reference "${options.reference}": does not go with --occlude`);
  }
  if (options.queue) throw new UsageError(`--queue "${options.queue.shown}": does not go with --occlude`);
  if (options.compare !== undefined) {
    throw new UsageError(`--compare "${options.compare.join(' ')}": does not go with --occlude`);
  }
  const disturbances = list === true ? defaultDisturbances : parseDisturbances(list, '--occlude');
  parseSiameseOptions(set);
  const { length: count } = await listSequences(dir, { only, skip });

  using interrupt = interruptSignal();
  await using pool = await openWorkerPool(Math.min(jobs, count), { model, parameters: set });
  const summary = await runOcclusionBench(pool.occlude, {
    sequences: dir,
    plan: { disturbances, seed },
    out,
    only,
    skip,
    jobs,
    signal: interrupt.signal,
    onProgress: showProgress,
  });
  clearProgress();
  console.log(formatOcclusionTable(summary));
  if (out !== undefined) console.log(`\nwritten to ${out}: occlusion.json`);
  for (const problem of summary.problems ?? []) console.error(`error: ${problem}`);
  if (summary.partial) process.exitCode = 1;
}

function showProgress({ sequence, frames, framesTotal, sequencesDone, sequencesTotal }: Progress): void {
  if (!process.stderr.isTTY) return;
  process.stderr.write(`\r\x1b[K${sequencesDone}/${sequencesTotal}  ${sequence} ${frames}/${framesTotal}`);
}

function clearProgress(): void {
  if (process.stderr.isTTY) process.stderr.write('\r\x1b[K');
}

function parseNames(option: string): (text: string) => string[] {
  return (text) => {
    const names = text.split(',').map((name) => name.trim());
    if (names.includes('')) throw new UsageError(`${option} "${text}": must be names separated by commas`);
    return names;
  };
}
