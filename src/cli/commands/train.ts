import { cp } from 'node:fs/promises';
import { join } from 'node:path';
import { Command, Option } from 'commander';
import { TrainingError, UsageError } from '../../core/errors.js';
import type { EngineName } from '../../training/engine/types.js';
import type { QueueAddress } from '../../training/jobs/queue/queue-address.js';
import type * as pipelineModule from '../../training/pipeline/index.js';
import type { JobRunner } from '../../training/jobs/job.js';
import type { Progress } from '../../training/progress/progress.js';
import { interruptSignal } from '../interrupt.js';
import { readPackage } from '../package-root.js';
import { wholeNumber } from '../parse/numbers.js';
import { queueOption } from '../parse/queue.js';
import { workerCommand } from './worker.js';

interface TrainFlags {
  readonly videos?: string;
  readonly images?: string;
  readonly preset: 'tiny' | 'cpu' | 'gpu' | 'refine';
  readonly out: string;
  readonly work?: string;
  readonly seed: number;
  readonly round?: number;
  readonly from?: string;
  readonly engine?: string;
  readonly precision: 'auto' | 'fp32' | 'bf16';
  readonly threads: number;
  readonly dataWorkers: number;
  readonly devSequences?: string;
  readonly devEvery?: number;
  readonly queue?: QueueAddress;
}

const stageHelp = {
  ingest: 'videos and images to a frame store with proposed boxes',
  adopt: 'begin from a model folder: its weights stand for what round 0 would learn',
  discriminate: 'train the background-discrimination model',
  mine: 'follow proposed boxes both ways with the network of the round before',
  fit: 'fit the Siamese network on pairs',
  teacher: "widen a round's network and fit it on",
  distill: "fit a round's network on to answer as the teacher does",
} as const;
type StageName = keyof typeof stageHelp;

/** `tagalong train`: a folder of unlabelled videos to a model folder; every stage also alone. */
export function trainCommand(): Command {
  const command = withFlags(new Command('train'))
    .description('learn a model from unlabelled video: all stages, each resuming where it was interrupted')
    .option(
      '--from <dir>',
      'begin from the weights of a model folder, such as models/nano, with --preset refine',
    )
    .action((flags: TrainFlags) => trainAll(flags));
  for (const [stage, help] of Object.entries(stageHelp) as [StageName, string][]) {
    const alone = withFlags(new Command(stage)).description(`only this stage: ${help}`);
    if (stage === 'adopt') {
      alone.option('--from <dir>', 'float model folder of the preset’s network');
    } else if (stage === 'mine' || stage === 'fit') {
      const first = stage === 'mine' ? 1 : 0;
      alone.option('--round <n>', 'round of fitting, counted from 0', wholeNumber('--round', first), first);
    } else if (stage === 'teacher' || stage === 'distill') {
      alone.option('--round <n>', 'round to begin with (default: the last)', wholeNumber('--round', 0));
    }
    // flags may stand before or after the stage's name; those after it are this command's own
    command.addCommand(
      alone.action((flags: TrainFlags) => trainStage(stage, { ...command.opts(), ...given(alone, flags) })),
    );
  }
  command.addCommand(workerCommand());
  return command;
}

function withFlags(command: Command): Command {
  return command
    .option('--videos <dir>', 'folder of unlabelled videos')
    .option('--images <dir>', 'folder of unlabelled images')
    .addOption(
      new Option('--preset <name>', 'how much work').choices(['tiny', 'cpu', 'gpu', 'refine']).default('cpu'),
    )
    .option('--out <dir>', 'model folder to write', 'models/mine')
    .option('--work <dir>', 'frame store, checkpoints and curves (default: OUT.work)')
    .option('--seed <n>', 'seed of everything random', wholeNumber('--seed', 0), 1)
    .option('--engine <names>', 'engines to try, best first, comma-separated')
    .addOption(
      new Option('--precision <type>', 'of activations').choices(['auto', 'fp32', 'bf16']).default('auto'),
    )
    .option('--threads <n>', 'threads of the engine', wholeNumber('--threads', 1), 1)
    .option('--data-workers <n>', 'threads that cut and augment crops', wholeNumber('--data-workers', 1), 1)
    .option(
      '--dev-sequences <dir>',
      'sequences with ground truth: keep the checkpoint that follows them best',
    )
    .option(
      '--dev-every <n>',
      'checkpoints between evaluations (default: 8 a fit)',
      wholeNumber('--dev-every', 1),
    )
    .addOption(
      queueOption('mine on other machines, that run "train worker": redis://[user:password@]host[:port]'),
    );
}

/** Only the flags that were written, without defaults; the round always. */
function given(command: Command, flags: TrainFlags): Partial<TrainFlags> {
  const written = Object.entries(flags).filter(
    ([name]) => name === 'round' || name === 'from' || command.getOptionValueSource(name) === 'cli',
  );
  return Object.fromEntries(written);
}

async function trainAll(flags: TrainFlags): Promise<void> {
  await withRun(flags, async ({ pipeline, run }) => {
    requireSources(flags);
    await pipeline.ingestStage(run);
    if (flags.from !== undefined) await pipeline.adoptStage(run, 0, flags.from);
    const round = await pipeline.trainRounds(run);
    await cp(await pipeline.teachAndDistill(run, round), flags.out, { recursive: true });
    const report = await pipeline.writeRunReport(run);
    run.progress.note(`model written to ${flags.out}; ${join(flags.out, 'card.md')} describes it`);
    run.progress.note(`report: ${report}`);
  });
}

async function trainStage(stage: StageName, flags: TrainFlags): Promise<void> {
  await withRun(flags, async ({ pipeline, run }) => {
    const { round = 0 } = flags;
    switch (stage) {
      case 'ingest':
        requireSources(flags);
        await pipeline.ingestStage(run);
        return;
      case 'adopt':
        if (flags.from === undefined) throw new UsageError('train adopt needs --from MODEL');
        await pipeline.adoptStage(run, 0, flags.from);
        break;
      case 'discriminate':
        await pipeline.discriminateStage(run);
        break;
      case 'mine':
        await pipeline.mineStage(run, round);
        break;
      case 'fit':
        await pipeline.fitStage(run, round);
        break;
      case 'teacher':
        await pipeline.teacherStage(run, flags.round);
        break;
      case 'distill':
        await pipeline.distillStage(run, flags.round);
        break;
    }
    run.progress.note(`report: ${await pipeline.writeRunReport(run)}`);
  });
}

function requireSources({ videos, images }: TrainFlags): void {
  if (videos === undefined && images === undefined)
    throw new UsageError('train needs --videos DIR or --images DIR');
}

type Pipeline = typeof pipelineModule;

async function withRun(
  flags: TrainFlags,
  body: (context: { pipeline: Pipeline; run: Parameters<Pipeline['ingestStage']>[0] }) => Promise<void>,
): Promise<void> {
  // loaded here: tfjs is heavy and the other commands do without
  const [{ presets }, pipeline, { terminalProgress }, { openSource }, { ENGINE_NAMES }, { networkModule }] =
    await Promise.all([
      import('../../training/presets.js'),
      import('../../training/pipeline/index.js'),
      import('../../training/progress/terminal-progress.js'),
      import('../../runtime/sources/open-source.js'),
      import('../../training/engine/engine.js'),
      import('../training/job-kinds.js'),
    ]);
  const progress = terminalProgress();
  using interrupt = interruptSignal();
  await using jobs = flags.queue ? await openQueue(flags.queue, progress, interrupt.signal) : null;
  const run = {
    work: flags.work ?? `${flags.out}.work`,
    preset: presets[flags.preset],
    seed: flags.seed,
    today: new Date().toISOString().slice(0, 10),
    videos: flags.videos,
    images: flags.images,
    openVideo: (path: string, signal?: AbortSignal) => openSource(path, signal ? { signal } : {}),
    networkModule,
    engine: { precision: flags.precision, threads: flags.threads, ...wishOf(flags.engine, ENGINE_NAMES) },
    dataWorkers: flags.dataWorkers,
    jobs: jobs ?? undefined,
    dev: await devOf(flags),
    progress,
    signal: interrupt.signal,
  };
  try {
    await body({ pipeline, run });
  } catch (cause) {
    if (!interrupt.signal.aborted) throw cause;
    throw new TrainingError('interrupted; the same command goes on from where it stopped', { cause });
  } finally {
    progress.finish();
  }
}

async function openQueue(address: QueueAddress, progress: Progress, signal: AbortSignal): Promise<JobRunner> {
  const [{ openQueueRunner }, { jobKinds: kinds }, { version }] = await Promise.all([
    import('../../training/jobs/queue/queue-runner.js'),
    import('../training/job-kinds.js'),
    readPackage(),
  ]);
  const note = (text: string): void => {
    progress.note(text);
  };
  return openQueueRunner({ address, kinds, version, note, signal });
}

/** A folder without sequences is told before hours of ingest, not after. */
async function devOf({ devSequences, devEvery, dataWorkers }: TrainFlags) {
  if (devSequences === undefined) return undefined;
  const { devEvaluation } = await import('../training/dev-evaluation.js');
  // training waits meanwhile: its threads are free
  return devEvaluation(devSequences, { jobs: dataWorkers + 1, every: devEvery });
}

/** Told before hours of ingest, not after. */
function wishOf(engine: string | undefined, known: readonly EngineName[]): { wish?: readonly EngineName[] } {
  if (engine === undefined) return {};
  const wish = engine.split(',').map((name) => name.trim() as EngineName);
  const unknown = wish.find((name) => !known.includes(name));
  if (unknown !== undefined)
    throw new UsageError(`--engine "${unknown}": unknown; there are ${known.join(', ')}`);
  return { wish };
}
