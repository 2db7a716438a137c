import { cp } from 'node:fs/promises';
import { join } from 'node:path';
import { Command, Option } from 'commander';
import { TrainingError, UsageError } from '../../core/errors.js';
import type { EngineName } from '../../training/engine/types.js';
import type * as pipelineModule from '../../training/pipeline/index.js';
import { interruptSignal } from '../interrupt.js';
import { wholeNumber } from '../parse/numbers.js';

interface TrainFlags {
  readonly videos?: string;
  readonly images?: string;
  readonly preset: 'tiny' | 'cpu' | 'gpu';
  readonly out: string;
  readonly work?: string;
  readonly seed: number;
  readonly round?: number;
  readonly engine?: string;
  readonly precision: 'auto' | 'fp32' | 'bf16';
  readonly threads: number;
  readonly dataWorkers: number;
}

const stageHelp = {
  ingest: 'videos and images to a frame store with proposed boxes',
  discriminate: 'train the background-discrimination model',
  mine: 'follow proposed boxes both ways with the network of the round before',
  fit: 'fit the Siamese network on pairs',
} as const;
type StageName = keyof typeof stageHelp;

/** `tagalong train`: a folder of unlabelled videos to a model folder; every stage also alone. */
export function trainCommand(): Command {
  const command = withFlags(new Command('train'))
    .description('learn a model from unlabelled video: all stages, each resuming where it was interrupted')
    .action((flags: TrainFlags) => trainAll(flags));
  for (const [stage, help] of Object.entries(stageHelp) as [StageName, string][]) {
    const alone = withFlags(new Command(stage)).description(`only this stage: ${help}`);
    if (stage === 'mine' || stage === 'fit') {
      const first = stage === 'mine' ? 1 : 0;
      alone.option('--round <n>', 'round of fitting, counted from 0', wholeNumber('--round', first), first);
    }
    // flags may stand before or after the stage's name; those after it are this command's own
    command.addCommand(
      alone.action((flags: TrainFlags) => trainStage(stage, { ...command.opts(), ...given(alone, flags) })),
    );
  }
  return command;
}

function withFlags(command: Command): Command {
  return command
    .option('--videos <dir>', 'folder of unlabelled videos')
    .option('--images <dir>', 'folder of unlabelled images')
    .addOption(new Option('--preset <name>', 'how much work').choices(['tiny', 'cpu', 'gpu']).default('cpu'))
    .option('--out <dir>', 'model folder to write', 'models/mine')
    .option('--work <dir>', 'frame store, checkpoints and curves (default: OUT.work)')
    .option('--seed <n>', 'seed of everything random', wholeNumber('--seed', 0), 1)
    .option('--engine <names>', 'engines to try, best first, comma-separated')
    .addOption(
      new Option('--precision <type>', 'of activations').choices(['auto', 'fp32', 'bf16']).default('auto'),
    )
    .option('--threads <n>', 'threads of the engine', wholeNumber('--threads', 1), 1)
    .option('--data-workers <n>', 'threads that cut and augment crops', wholeNumber('--data-workers', 1), 1);
}

/** Only the flags that were written, without defaults; the round always. */
function given(command: Command, flags: TrainFlags): Partial<TrainFlags> {
  const written = Object.entries(flags).filter(
    ([name]) => name === 'round' || command.getOptionValueSource(name) === 'cli',
  );
  return Object.fromEntries(written);
}

async function trainAll(flags: TrainFlags): Promise<void> {
  await withRun(flags, async ({ pipeline, run }) => {
    requireSources(flags);
    await pipeline.ingestStage(run);
    await pipeline.discriminateStage(run);
    const rounds = run.preset.rounds.length;
    for (let round = 0; round < rounds; round += 1) {
      if (round > 0) await pipeline.mineStage(run, round);
      await pipeline.fitStage(run, round);
    }
    await cp(pipeline.stageFolders(run).model(rounds - 1), flags.out, { recursive: true });
    run.progress.note(`model written to ${flags.out}; ${join(flags.out, 'card.md')} describes it`);
  });
}

async function trainStage(stage: StageName, flags: TrainFlags): Promise<void> {
  await withRun(flags, async ({ pipeline, run }) => {
    const { round = 0 } = flags;
    switch (stage) {
      case 'ingest':
        requireSources(flags);
        return pipeline.ingestStage(run);
      case 'discriminate':
        return pipeline.discriminateStage(run);
      case 'mine':
        return pipeline.mineStage(run, round);
      case 'fit':
        return pipeline.fitStage(run, round);
    }
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
  const [{ presets }, pipeline, { terminalProgress }, { openSource }, { ENGINE_NAMES }] = await Promise.all([
    import('../../training/presets.js'),
    import('../../training/pipeline/index.js'),
    import('../../training/progress/terminal-progress.js'),
    import('../../runtime/sources/open-source.js'),
    import('../../training/engine/engine.js'),
  ]);
  const progress = terminalProgress();
  using interrupt = interruptSignal();
  const run = {
    work: flags.work ?? `${flags.out}.work`,
    preset: presets[flags.preset],
    seed: flags.seed,
    today: new Date().toISOString().slice(0, 10),
    videos: flags.videos,
    images: flags.images,
    openVideo: (path: string, signal?: AbortSignal) => openSource(path, signal ? { signal } : {}),
    networkModule: new URL('../training/network-module.js', import.meta.url).href,
    engine: { precision: flags.precision, threads: flags.threads, ...wishOf(flags.engine, ENGINE_NAMES) },
    dataWorkers: flags.dataWorkers,
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

/** Told before hours of ingest, not after. */
function wishOf(engine: string | undefined, known: readonly EngineName[]): { wish?: readonly EngineName[] } {
  if (engine === undefined) return {};
  const wish = engine.split(',').map((name) => name.trim() as EngineName);
  const unknown = wish.find((name) => !known.includes(name));
  if (unknown !== undefined)
    throw new UsageError(`--engine "${unknown}": unknown; there are ${known.join(', ')}`);
  return { wish };
}
