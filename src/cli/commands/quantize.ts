import { Command } from 'commander';
import { UsageError } from '../../core/errors.js';
import type { CalibratorName } from '../../training/quantize/index.js';
import { interruptSignal } from '../interrupt.js';
import { wholeNumber } from '../parse/numbers.js';

interface Options {
  readonly calibration?: string;
  readonly out: string;
  readonly precision: 'int8' | 'fp16';
  readonly frames?: string;
  readonly writeFrames?: string;
  readonly sequences?: string;
  readonly calibrator: CalibratorName | null;
  readonly equalise: boolean | null;
  readonly biasCorrection: boolean | null;
  readonly keepFloat: readonly string[];
  readonly calibrateCrops: number;
  readonly checkCrops: number;
  readonly seed: number;
  readonly timeLayers: boolean;
  readonly fineTune: number;
  readonly layerAuc: boolean;
  readonly jobs: number;
}

export type QuantizeFlags = Options;

const calibrators = ['auto', 'min-max', 'percentile', 'entropy', 'mse'] as const;

/** `tagalong quantize MODEL`: the same network in 8 (or 16) bits. */
export function quantizeCommand(): Command {
  return new Command('quantize')
    .description(
      'write a model in 8 bits, calibrated on unlabelled footage and judged beside the float model',
    )
    .argument('<model>', 'folder of a float model')
    .requiredOption('--out <dir>', 'model folder to write; the form for TensorRT goes into its folder trt/')
    .option(
      '--calibration <dir>',
      'unlabelled videos and images, or a frame store that training has made of them',
    )
    .option('--precision <kind>', 'int8 or fp16', choice('--precision', ['int8', 'fp16'] as const), 'int8')
    .option('--frames <file>', 'take exactly the frames of this list, and no choice of its own')
    .option(
      '--write-frames <file>',
      'where to list the frames that were taken (default: frames.yaml in the folder)',
    )
    .option('--sequences <dir>', 'sequences with ground truth: the card then shows AUC and ms per update')
    .option('--layer-auc', 'with --sequences: also the AUC with each layer alone in 8 bits', false)
    .option('--calibrator <name>', `one of ${calibrators.join(', ')}`, parseCalibrator, null)
    .option(
      '--equalise <yes|no|auto>',
      'equalise the channels of consecutive layers',
      yesNo('--equalise'),
      null,
    )
    .option('--bias-correction <yes|no|auto>', 'correct biases', yesNo('--bias-correction'), null)
    .option(
      '--keep-float <layers>',
      'leave these in float, comma-separated, such as search/conv_0',
      (text: string) => text.split(','),
      [],
    )
    .option('--calibrate-crops <n>', 'crops to measure ranges on', wholeNumber('--calibrate-crops', 1), 160)
    .option('--check-crops <n>', 'other crops to judge by', wholeNumber('--check-crops', 1), 400)
    .option('--seed <n>', 'of the choice of frames', wholeNumber('--seed', 0), 1)
    .option('--no-time-layers', 'do not leave in float what runs faster so on this machine')
    .option(
      '--fine-tune <steps>',
      'fit every layer in 8 bits to its float self, so many steps each; 0: not',
      wholeNumber('--fine-tune', 0),
      0,
    )
    .option('--jobs <n>', 'threads that ingest videos', wholeNumber('--jobs', 1), 1)
    .action(runQuantize);
}

async function runQuantize(model: string, options: Options): Promise<void> {
  // loaded here: other commands do without
  const { quantizeFolder } = await import('../quantize/quantize-folder.js');
  using interrupt = interruptSignal();
  await quantizeFolder(model, options, interrupt.signal);
}

function choice<T extends string>(option: string, known: readonly T[]): (text: string) => T {
  return (text) => {
    const found = known.find((one) => one === text);
    if (found !== undefined) return found;
    throw new UsageError(`${option} "${text}": must be one of ${known.join(', ')}`);
  };
}

function parseCalibrator(text: string): CalibratorName | null {
  const name = choice('--calibrator', calibrators)(text);
  return name === 'auto' ? null : name;
}

/** Null for `auto`. */
function yesNo(option: string): (text: string) => boolean | null {
  return (text) => {
    const said = choice(option, ['yes', 'no', 'auto'] as const)(text);
    return said === 'auto' ? null : said === 'yes';
  };
}
