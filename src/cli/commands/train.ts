import { join } from 'node:path';
import { Command, Option } from 'commander';
import { UsageError } from '../../core/errors.js';
import { type EngineName } from '../../training/engine/types.js';
import { interruptSignal } from '../interrupt.js';
import { wholeNumber } from '../parse/numbers.js';

interface TrainFlags {
  readonly videos?: string;
  readonly images?: string;
  readonly preset: 'tiny' | 'cpu' | 'gpu';
  readonly out: string;
  readonly work?: string;
  readonly seed: number;
  readonly steps?: number;
  readonly engine?: string;
  readonly precision: 'auto' | 'fp32' | 'bf16';
  readonly threads: number;
  readonly dataWorkers: number;
}

const stageNames = ['ingest', 'discriminate', 'fit', 'export'] as const;
type StageName = (typeof stageNames)[number];

const about: Readonly<Record<StageName, string>> = {
  ingest: 'videos and images to a frame store with proposed boxes',
  discriminate: 'train the background-discrimination model',
  fit: 'fit the Siamese network on pairs',
  export: 'write the fitted network as a model folder',
};

/** `tagalong train`: a folder of unlabelled videos to a model folder; every stage also alone. */
export function trainCommand(): Command {
  const command = withFlags(new Command('train'))
    .description('learn a model from unlabelled video: all stages, each resuming where it was interrupted')
    .action((flags: TrainFlags) => runStages(stageNames, flags));
  for (const stage of stageNames) {
    const alone = withFlags(new Command(stage)).description(`only this stage: ${about[stage]}`);
    alone.action((_flags: TrainFlags, self: Command) => runStages([stage], self.optsWithGlobals()));
    command.addCommand(alone);
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
    .option('--seed <n>', 'seed of everything random', wholeNumber('--seed', 1), 1)
    .option('--steps <n>', 'steps of the fit stage instead of the preset’s', wholeNumber('--steps', 1))
    .option('--engine <names>', 'engines to try, best first, comma-separated')
    .addOption(
      new Option('--precision <type>', 'of activations').choices(['auto', 'fp32', 'bf16']).default('auto'),
    )
    .option('--threads <n>', 'threads of the engine', wholeNumber('--threads', 1), 1)
    .option('--data-workers <n>', 'threads that cut and augment crops', wholeNumber('--data-workers', 1), 1);
}

async function runStages(stages: readonly StageName[], flags: TrainFlags): Promise<void> {
  if (stages.includes('ingest') && flags.videos === undefined && flags.images === undefined) {
    throw new UsageError('train needs --videos DIR or --images DIR');
  }
  // loaded here: tfjs is heavy and the other commands do without
  const [{ presets }, pipeline, { terminalProgress }, { openSource }] = await Promise.all([
    import('../../training/presets.js'),
    import('../../training/pipeline/index.js'),
    import('../../training/progress/terminal-progress.js'),
    import('../../runtime/sources/open-source.js'),
  ]);
  const chosen = presets[flags.preset];
  const optimiser = { ...chosen.fit.optimiser, steps: flags.steps ?? chosen.fit.optimiser.steps };
  const progress = terminalProgress();
  using interrupt = interruptSignal();
  const run = {
    work: flags.work ?? `${flags.out}.work`,
    preset: { ...chosen, fit: { ...chosen.fit, optimiser } },
    seed: flags.seed,
    videos: flags.videos,
    images: flags.images,
    openVideo: (path: string, signal?: AbortSignal) => openSource(path, signal ? { signal } : {}),
    engine: { precision: flags.precision, threads: flags.threads, ...wishOf(flags.engine) },
    dataWorkers: flags.dataWorkers,
    progress,
    signal: interrupt.signal,
  };
  try {
    if (stages.includes('ingest')) await pipeline.ingestStage(run);
    if (stages.includes('discriminate')) await pipeline.discriminateStage(run);
    if (stages.includes('fit')) await pipeline.fitStage(run);
    if (stages.includes('export')) {
      await pipeline.exportStage(run, flags.out, new Date().toISOString().slice(0, 10));
      progress.note(`model written to ${flags.out}: ${join(flags.out, 'card.md')} describes it`);
    }
  } finally {
    progress.finish();
  }
}

function wishOf(engine: string | undefined): { wish?: readonly EngineName[] } {
  return engine === undefined ? {} : { wish: engine.split(',').map((name) => name.trim()) as EngineName[] };
}
