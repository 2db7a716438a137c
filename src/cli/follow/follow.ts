import { silentLog } from '../../core/ports/log.js';
import { parseSiameseOptions, presetParameters } from '../../core/tracking/siamese/options.js';
import { startJsonLinesControl } from '../../runtime/control/json-lines-control.js';
import { defaultHistory } from '../../runtime/live/frame-history.js';
import { LiveControl } from '../../runtime/live/live-control.js';
import { LiveMeter } from '../../runtime/live/live-meter.js';
import { runLive, type LiveSummary } from '../../runtime/live/run-live.js';
import { openRecordFile, type RecordSink } from '../../runtime/sinks/record-sink.js';
import { TerminalSink } from '../../runtime/sinks/terminal-sink.js';
import { openSource, type OpenSourceOptions } from '../../runtime/sources/open-source.js';
import { SimSource } from '../../runtime/sources/sim-source.js';
import { workerSupply } from '../../runtime/worker/worker-supply.js';
import { openWorkerTracker } from '../../runtime/worker/worker-tracker.js';
import { interruptSignal } from '../interrupt.js';
import { RosAccess } from '../service/ros-access.js';
import { siblingModel } from './model-dir.js';
import type { FollowOptions } from './options.js';
import { finishRecords, keepPartial } from './records.js';
import { initialSelection, requireSelection } from './selection.js';
import { describeModel, describeSource, describeSummary } from './texts.js';
import { TruthSink } from './truth-sink.js';

export interface FollowRequest extends FollowOptions {
  readonly source: string;
  /** Where what is going on is told: standard output or error. */
  readonly terminal: NodeJS.WriteStream;
  /** Shows the state while running. */
  readonly showStatus: boolean;
  /** Tracks go here when `out` names no file. */
  readonly records?: RecordSink;
}

/**
 * Follows a target from a source to the sinks until the source, the frame limit or Ctrl-C ends it, and tells the summary.
 * @throws whatever opening and runLive throw; the records written so far are kept and marked as partial.
 */
export async function follow(request: FollowRequest): Promise<void> {
  requireSelection(request);
  parseSiameseOptions(request.set); // every mistake is told before anything is opened
  using interrupt = interruptSignal();
  try {
    await followUntil(interrupt.signal, request);
  } catch (error) {
    if (!interrupt.signal.aborted || error !== interrupt.signal.reason) throw error;
    request.terminal.write('interrupted\n'); // while still opening
    process.exitCode = 130;
  }
}

async function followUntil(signal: AbortSignal, request: FollowRequest): Promise<void> {
  const { model: modelDir, providers, threads, preset, set, terminal, out } = request;
  await using records = out === undefined ? request.records : await openRecordFile(out);
  await using source = await openSource(request.source, {
    ...sourceOptions(request),
    ...(request.control && { hold: defaultHistory }),
    encoded: true, // nobody but the tracker looks at the pixels
    openRos: new RosAccess().imageOpener(undefined, silentLog),
    signal,
  });
  const worker = { modelDir, providers, threads, tracker: presetParameters({ preset, ...set }) };
  await using tracker = await openWorkerTracker({ ...worker, signal });
  terminal.write(`${describeSource(source.describe())}\n${describeModel(tracker)}\n`);

  const meter = new LiveMeter();
  const control = new LiveControl();
  await using status = new TerminalSink({
    stream: terminal,
    meter,
    droppedFrames: () => droppedFrames(control),
    colour: terminal.isTTY && process.env['NO_COLOR'] === undefined,
  });
  await using truth = source instanceof SimSource ? new TruthSink(source) : null;
  const sinks = [request.showStatus ? status : null, records, truth].filter((it) => it instanceof Object);

  const { stdin: input, stdout: output } = process;
  using stdin = request.control === 'stdin' ? startJsonLinesControl({ input, output, control }) : null;

  let summary: LiveSummary;
  try {
    summary = await runLive({
      source,
      tracker,
      sinks,
      select: initialSelection(source, request),
      startFrame: request.startFrame,
      ...(request.maxFrames !== undefined && { maxFrames: request.maxFrames }),
      signal,
      control,
      ...(!stdin && { history: null }), // nobody refers to the past
      // a recorded video can be run again: what happened to the tracker there is not passed over
      ...((stdin !== null || source.describe().live) && {
        supply: workerSupply({ ...worker, modelDirOf: siblingModel(modelDir) }),
      }),
      meter,
      onSinkFault: (sink, error) => terminal.write(`warning: ${sink.name}: ${String(error)}\n`),
    });
  } catch (error) {
    await status.close();
    keepPartial(records, error instanceof Error ? error.message : String(error), request);
    throw error;
  }
  await status.close();
  if (summary.ended === 'interrupted' && !source.describe().live) {
    keepPartial(records, 'interrupted', request);
    process.exitCode = 130;
  }
  terminal.write(`${describeSummary(summary)}\n`);
  if (truth?.describe()) terminal.write(`${truth.describe()}\n`);
  await finishRecords(records, request);
}

function droppedFrames(control: LiveControl): number {
  const { bySource, byTracker } = control.status().dropped;
  return bySource + byTracker;
}

function sourceOptions({ size, fps, format, reconnect }: FollowOptions): OpenSourceOptions {
  return {
    ...(size && { size }),
    ...(fps !== undefined && { fps }),
    ...(format !== undefined && { format }),
    ...(reconnect !== undefined && { reconnect }),
  };
}
