import { Option, type Command } from 'commander';
import { UsageError } from '../../core/errors.js';
import type { Box, Size } from '../../core/geometry/box.js';
import { type ExecutionProvider, parseProviders } from '../../runtime/inference/execution-provider.js';
import { parseSize } from '../../runtime/sources/source-options.js';
import { defaultModel } from '../package-root.js';
import { parseBox } from '../parse/box.js';
import { positiveNumber, wholeNumber } from '../parse/numbers.js';
import type { SiamesePreset } from '../../core/tracking/siamese/options.js';
import { collectSetting, presetOption } from '../parse/settings.js';

/** What `track` and `start` have in common. */
export interface FollowOptions {
  readonly box?: Box;
  readonly model: string;
  readonly out?: string;
  readonly maxFrames?: number;
  readonly startFrame: number;
  readonly control?: 'stdin';
  readonly size?: Size;
  readonly fps?: number;
  readonly format?: string;
  readonly reconnect?: boolean;
  readonly providers: readonly ExecutionProvider[];
  readonly threads: number;
  readonly preset: SiamesePreset;
  readonly set: Readonly<Record<string, number>>;
}

export function addFollowOptions(command: Command): Command {
  return command
    .option('--box <x,y,w,h>', 'target in the first frame: top-left corner and size in pixels', parseBox)
    .option('--model <dir>', 'model folder', defaultModel)
    .option('--out <file>', 'write every track to a file, .jsonl or .csv')
    .option('--max-frames <n>', 'end after so many frames', wholeNumber('--max-frames', 1))
    .option('--start-frame <n>', 'leave out so many frames', wholeNumber('--start-frame', 0), 0)
    .option('--control <transport>', 'take commands while running: "stdin" (JSON lines)', parseControl)
    .option('--size <WxH>', 'frame size: cameras must deliver it, videos are scaled', parseSizeOption)
    .option('--fps <n>', 'frames a second: cameras must deliver it', positiveNumber('--fps'))
    .option('--format <name>', 'pixel format, such as yuyv, nv12, mjpeg')
    .option('--reconnect', 'wait for a live source that went away')
    .option('--providers <list>', 'tensorrt, cuda, cpu: the first that works is used', parseProviderList, [
      'cpu',
    ])
    .option('--threads <n>', 'threads of one network run', wholeNumber('--threads', 1), 1)
    .addOption(presetOption())
    .addOption(
      new Option('--set <key=value>', 'tracker parameter; may be repeated')
        .argParser(collectSetting)
        .default({}, 'the model’s own'),
    );
}

function parseControl(text: string): 'stdin' {
  if (text === 'stdin') return text;
  throw new UsageError(`--control "${text}": the only transport is stdin`);
}

function parseSizeOption(text: string): Size {
  return parseSize(text, '--size');
}

export function parseProviderList(text: string): ExecutionProvider[] {
  return parseProviders(text.split(',').map((name) => name.trim()));
}
