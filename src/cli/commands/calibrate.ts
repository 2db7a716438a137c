import { join } from 'node:path';
import { Command } from 'commander';
import { TrainingError, UsageError } from '../../core/errors.js';
import {
  parseSiameseOptions,
  presetParameters,
  type SiamesePreset,
} from '../../core/tracking/siamese/options.js';
import type { Calibration, ClipSamples } from '../../training/calibrate/index.js';
import { interruptSignal } from '../interrupt.js';
import { temporaryFolder } from '../temporary-folder.js';
import { defaultModel } from '../package-root.js';
import { wholeNumber } from '../parse/numbers.js';
import { collectSetting, presetOption } from '../parse/settings.js';

interface Options {
  readonly videos?: string;
  readonly store?: string;
  readonly model: string;
  readonly out?: string;
  readonly clips: number;
  readonly seed: number;
  readonly jobs: number;
  readonly preset: SiamesePreset;
  readonly set: Readonly<Record<string, number>>;
}

/** `tagalong calibrate`: what the tracker's confidence must be to be a probability, from unlabelled video. */
export function calibrateCommand(): Command {
  return new Command('calibrate')
    .description('fit the confidence of a model on unlabelled video, so that it is a probability')
    .option('--videos <dir>', 'folder of unlabelled videos')
    .option('--store <dir>', 'a frame store that training has made of them, instead')
    .option('--model <dir>', 'model folder', defaultModel)
    .option('--out <file>', 'write the coefficients and how good they are as JSON')
    .option('--clips <n>', 'clips used at most, spread over all', wholeNumber('--clips', 2), 80)
    .option('--seed <n>', 'of the disturbances', wholeNumber('--seed', 0), 1)
    .option('--jobs <n>', 'clips side by side', wholeNumber('--jobs', 1), 1)
    .addOption(presetOption())
    .option('--set <key=value>', 'tracker parameter, over the model’s own (repeatable)', collectSetting, {})
    .action(runCalibrate);
}

async function runCalibrate(options: Options): Promise<void> {
  const { videos, store, model, out, clips, seed, jobs, preset, set } = options;
  if ((videos === undefined) === (store === undefined)) {
    throw new UsageError('calibrate needs either --videos DIR or --store DIR');
  }
  parseSiameseOptions(set); // every mistake is told before the first frame
  // loaded here: other commands do without
  const [training, { collectClips }, { terminalProgress }, { writeJsonAtomic }] = await Promise.all([
    import('../../training/calibrate/index.js'),
    import('../calibration/collect-clips.js'),
    import('../../training/progress/terminal-progress.js'),
    import('../../training/stage/atomic.js'),
  ]);
  const progress = terminalProgress();
  using interrupt = interruptSignal();
  const { signal } = interrupt;
  await using scratch = await temporaryFolder('calibrate');
  try {
    const dir = store ?? (await ingestVideos(videos!, scratch.path, signal, jobs));
    const collected = await collectClips(
      {
        model,
        store: dir,
        parameters: presetParameters({ preset, ...set }),
        options: { ...training.defaultCollectOptions, seed },
      },
      { jobs, clips, progress, signal },
    );
    const calibration = fit(training.calibrate, collected);
    if (out !== undefined) await writeJsonAtomic(out, calibration);
    console.log(describe(calibration));
    if (out !== undefined) console.log(`written to ${out}`);
  } catch (cause) {
    if (!signal.aborted) throw cause;
    throw new TrainingError('interrupted', { cause });
  } finally {
    progress.finish();
  }
}

function fit(
  calibrate: (clips: readonly ClipSamples[]) => Calibration,
  collected: readonly ClipSamples[],
): Calibration {
  try {
    return calibrate(collected);
  } catch (cause) {
    if (!(cause instanceof RangeError)) throw cause;
    throw new TrainingError(`the clips show too little to fit a confidence: ${cause.message}`, { cause });
  }
}

/** A store of their frames with proposed boxes, in a folder that goes afterwards. */
async function ingestVideos(
  videos: string,
  folder: string,
  signal: AbortSignal,
  threads: number,
): Promise<string> {
  const { ingest } = await import('../../training/ingest/ingest.js');
  const { openSource } = await import('../../runtime/sources/open-source.js');
  const { terminalProgress } = await import('../../training/progress/terminal-progress.js');
  const out = join(folder, 'store');
  const openVideo = (path: string, stop?: AbortSignal) => openSource(path, stop ? { signal: stop } : {});
  await ingest({ videos, out, threads, openVideo, signal, progress: terminalProgress() });
  return out;
}

function describe({ tracker, samples, before, after }: Calibration): string {
  const error = (name: string, value: typeof before): string =>
    value
      ? `${name}: calibration error ${value.ece.toFixed(3)}, adaptive ${value.adaptiveEce.toFixed(3)}`
      : '';
  return [
    `${samples.fitted} sightings, ${samples.correct} of them on the target`,
    `on ${samples.checked} of clips that the fit did not see:`,
    error('  network score as it is', before),
    error('  fitted confidence', after),
    '',
    'for contract.json:',
    `"tracker": ${JSON.stringify(tracker)}`,
  ].join('\n');
}
