/** The exchange of the model while a target is followed: what is missed, where the target is afterwards, and what stays in memory. */
import { join } from 'node:path';
import { iou } from '../src/core/geometry/box.js';
import type { Sink } from '../src/core/ports/sink.js';
import type { Track } from '../src/core/tracking/track.js';
import { packageRoot } from '../src/cli/package-root.js';
import { siblingModel } from '../src/cli/follow/model-dir.js';
import { LiveControl } from '../src/runtime/live/live-control.js';
import { runLive } from '../src/runtime/live/run-live.js';
import { openSimSource } from '../src/runtime/sources/sim-source.js';
import { defaultHistory } from '../src/runtime/live/frame-history.js';
import { openWorkerTracker } from '../src/runtime/worker/worker-tracker.js';
import { workerSupply } from '../src/runtime/worker/worker-supply.js';
import { median, residentMegabytes } from './statistics.js';

const fps = 30;
/** What comes in the time that an exchange is looked at after its answer. */
const settledFrames = 6;
const [exchanges, betweenMs, settleMs] = [20, 2000, 3000];

interface Exchange {
  readonly tookMs: number;
  /** Frames without a track, from the one before the command to the one after the answer. */
  readonly missed: number;
  /** The longest time from one published track to the next. */
  readonly gapMs: number;
  /** Overlap with the truth in the last frames before the command and after the answer. */
  readonly overlap: readonly [before: number, after: number];
  /** The same over as long a time before, in which nothing was exchanged: what this machine does by itself. */
  readonly quiet: { readonly missed: number; readonly gapMs: number; readonly overlap: Exchange['overlap'] };
  readonly residentMb: number;
}

interface SeenTrack {
  readonly sequence: number;
  readonly atMs: number;
  readonly target: number;
  /** With the truth; null where the target is not in the picture. */
  readonly overlap: number | null;
}

export async function main(): Promise<void> {
  const uri = `sim://?seed=5&size=640x360&fps=${fps}&realtime=true`;
  const query = new URLSearchParams(uri.slice('sim://?'.length));
  const source = await openSimSource(query, uri, defaultHistory);
  const modelDir = join(packageRoot, 'models/nano');
  const tracker = await openWorkerTracker({ modelDir });
  const control = new LiveControl();
  const log = new TrackLog(source);
  const stop = new AbortController();
  const running = runLive({
    ...{ source, tracker, control, signal: stop.signal, sinks: [log] },
    supply: workerSupply({ modelDir, modelDirOf: siblingModel(modelDir) }),
    select: source.initialBox(),
    updateTimeoutMs: 30_000, // a machine that does other things must not look like a tracker that hangs
  });
  await sleep(settleMs);
  const results: Exchange[] = [];
  for (let i = 0; i < exchanges; i += 1) {
    results.push(await exchange(control, log, i % 2 === 0 ? 'nano-int8' : 'nano'));
    await sleep(betweenMs);
  }
  stop.abort();
  await running;
  await tracker.dispose();
  report(results, log);
}

async function exchange(control: LiveControl, log: TrackLog, name: string): Promise<Exchange> {
  const from = log.tracks.length - 1;
  const before = log.sample(settledFrames);
  const begun = performance.now();
  const answer = await control.execute({ kind: 'model', name }, { kind: 'local' });
  if (!answer.accepted) throw new Error(answer.reason);
  const tookMs = performance.now() - begun;
  await sleep(200);
  const during = gapsIn(log.tracks.slice(from));
  const quietFrom = log.tracks.findLastIndex(({ atMs }) => atMs < begun - tookMs - 200);
  const gaps = gapsIn(log.tracks.slice(Math.max(0, quietFrom), from + 1));
  const quiet = { ...gaps, overlap: [log.sample(settledFrames, quietFrom + 1), before] as const };
  const overlap = [before, log.sample(settledFrames)] as const;
  return { tookMs, ...during, overlap, quiet, residentMb: residentMegabytes() };
}

function gapsIn(seen: TrackLog['tracks']): { readonly missed: number; readonly gapMs: number } {
  const gaps = seen.slice(1).map((it, i) => it.atMs - seen[i]!.atMs);
  const missed = seen.at(-1)!.sequence - seen[0]!.sequence - (seen.length - 1);
  return { missed, gapMs: Math.max(...gaps) };
}

function report(results: readonly Exchange[], log: TrackLog): void {
  const column = (choose: (it: Exchange) => number): number[] => results.map(choose);
  const line = (what: string, values: readonly number[], digits = 1): void => {
    const max = Math.max(...values).toFixed(digits);
    console.log(
      `${what.padEnd(46)}${median([...values])
        .toFixed(digits)
        .padStart(9)}${max.padStart(9)}`,
    );
  };
  console.log(`${results.length} exchanges of nano and nano-int8 at ${fps} fps, 640x360, one thread each`);
  console.log(`${''.padEnd(46)}${'median'.padStart(9)}${'max'.padStart(9)}`);
  line(
    'frames without a track, during an exchange',
    column((it) => it.missed),
    0,
  );
  line(
    'the same without an exchange',
    column((it) => it.quiet.missed),
    0,
  );
  line(
    `longest time between two tracks, ms (${(1000 / fps).toFixed(1)} is one frame)`,
    column((it) => it.gapMs),
  );
  line(
    'the same without an exchange, ms',
    column((it) => it.quiet.gapMs),
  );
  line(
    'command to answer, ms',
    column((it) => it.tookMs),
  );
  console.log(
    `on the target before the command, and after the answer: ${kept(results.map((it) => it.overlap))}`,
  );
  console.log(`the same without an exchange: ${kept(results.map((it) => it.quiet.overlap))}`);
  console.log(
    `targets: ${[...new Set(log.tracks.map((it) => it.target))].join(', ')} (one number: never lost)`,
  );
  const resident = column((it) => it.residentMb).map((it) => it.toFixed(0));
  console.log(`resident MB after each: ${resident.join(' ')}`);
}

/** How often there was a target, and how often it was still there. */
function kept(overlaps: readonly Exchange['overlap'][]): string {
  const there = overlaps.filter(([before]) => before >= 0.5);
  return `${there.filter(([, after]) => after >= 0.5).length} of ${there.length}`;
}

/** Keeps when each track came, and how it lies to the truth. */
class TrackLog implements Sink {
  readonly name = 'log';
  readonly dropped = 0;
  readonly tracks: SeenTrack[] = [];
  readonly #source: Awaited<ReturnType<typeof openSimSource>>;

  constructor(source: Awaited<ReturnType<typeof openSimSource>>) {
    this.#source = source;
  }

  publish({ frame: { sequence }, box, target }: Track): void {
    const truth = this.#source.truthOf(sequence)?.box;
    const overlap = truth ? (box ? iou(box, truth) : 0) : null;
    this.tracks.push({ sequence, atMs: performance.now(), target, overlap });
  }

  /** Mean overlap with the truth over the last frames of the first `count` tracks. */
  sample(frames: number, count = this.tracks.length): number {
    const seen = this.tracks.slice(Math.max(0, count - frames), count);
    const overlaps = seen.flatMap(({ overlap }) => (overlap === null ? [] : [overlap]));
    return overlaps.reduce((sum, it) => sum + it, 0) / Math.max(1, overlaps.length);
  }

  close(): Promise<void> {
    return Promise.resolve();
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }
}

function sleep(ms: number): Promise<void> {
  return new Promise((resolve) => {
    setTimeout(resolve, ms);
  });
}
