import { Command, Option } from 'commander';
import { TagalongError } from '../../core/errors.js';
import {
  parseSiameseOptions,
  presetParameters,
  type SiamesePreset,
} from '../../core/tracking/siamese/options.js';
import { TrackComparer, type TrackComparison } from '../../runtime/recording/compare-tracks.js';
import { readRecording } from '../../runtime/recording/read-recording.js';
import { openRecordedSource } from '../../runtime/recording/recorded-source.js';
import { replayPlan } from '../../runtime/recording/replay-plan.js';
import { replayRecording } from '../../runtime/recording/replay.js';
import { openRecordFile } from '../../runtime/sinks/record-sink.js';
import { openWorkerTracker } from '../../runtime/worker/worker-tracker.js';
import { describeModel, describeSource } from '../follow/texts.js';
import { parseProviderList } from '../follow/options.js';
import { interruptSignal } from '../interrupt.js';
import { defaultModel } from '../package-root.js';
import { collectSetting, presetOption } from '../parse/settings.js';
import type { ExecutionProvider } from '../../runtime/inference/execution-provider.js';

interface ReplayFlags {
  readonly model: string;
  readonly out?: string;
  readonly providers: readonly ExecutionProvider[];
  readonly preset: SiamesePreset;
  readonly set: Readonly<Record<string, number>>;
  readonly json?: boolean;
}

/** `tagalong replay DIR`: recorded video again, through any model, from the recorded selections. */
export function replayCommand(): Command {
  return new Command('replay')
    .description('run a recording again through any model, with its selections, and compare the tracks')
    .argument('<dir>', 'folder that `run --record` wrote')
    .option('--model <dir>', 'model folder', defaultModel)
    .option('--out <file>', 'write every track to a file, .jsonl or .csv')
    .option('--providers <list>', 'tensorrt, cuda, cpu: the first that works is used', parseProviderList, [
      'cpu',
    ])
    .addOption(presetOption())
    .addOption(
      new Option('--set <key=value>', 'tracker parameter; may be repeated')
        .argParser(collectSetting)
        .default({}, 'the model’s own'),
    )
    .option('--json', 'the comparison as JSON')
    .action(runReplay);
}

async function runReplay(
  dir: string,
  { model, out, providers, preset, set, json }: ReplayFlags,
): Promise<void> {
  parseSiameseOptions(set);
  using interrupt = interruptSignal();
  const { signal } = interrupt;
  const segments = await readRecording(dir);
  const plan = replayPlan(segments);
  const { stdout, stderr } = process;
  await using source = await openRecordedSource(dir, segments, signal);
  await using tracker = await openWorkerTracker({
    modelDir: model,
    providers,
    tracker: presetParameters({ preset, ...set }),
    signal,
  });
  await using records = out === undefined ? null : await openRecordFile(out);
  stderr.write(`${describeSource(source.describe())}\n${describeModel(tracker)}\n`);
  for (const { kind, sequence, origin } of plan) stderr.write(`${kind} at frame ${sequence} (${origin})\n`);

  const comparer = new TrackComparer(segments.flatMap(({ tracks }) => tracks));
  await replayRecording({
    ...{ source, tracker, plan, signal },
    onTrack: (track) => {
      comparer.see(track);
      records?.publish(track);
    },
    onRefused: ({ sequence }, reason) => stderr.write(`warning: frame ${sequence}: ${reason}\n`),
  });
  if (signal.aborted) {
    records?.markPartial('interrupted');
    process.exitCode = 130;
  }
  await records?.close();
  if (records?.fault) throw new TagalongError(`--out "${out ?? ''}": ${records.fault.message}`);
  const comparison = comparer.read();
  stdout.write(json === true ? `${JSON.stringify(comparison)}\n` : describe(comparison));
}

function describe({
  frames,
  bothSeen,
  onlyRecorded,
  onlyReplayed,
  meanIou,
  medianDistance,
  sameState,
}: TrackComparison): string {
  if (frames === 0) return 'no target was followed, then or now\n';
  const number = (value: number | null, digits: number): string => value?.toFixed(digits) ?? '-';
  return [
    `${frames} frames with a target; the same state in ${number(sameState && sameState * 100, 1)} %`,
    `a box then and now in ${bothSeen}, only then in ${onlyRecorded}, only now in ${onlyReplayed}`,
    `overlap of then and now: mean IoU ${number(meanIou, 3)}, median distance ${number(medianDistance, 1)} px`,
    '',
  ].join('\n');
}
