import { isValidBox } from '../../core/geometry/box.js';
import { SourceError, TagalongError } from '../../core/errors.js';
import type { Frame } from '../../core/image/frame.js';
import type { FrameSource } from '../../core/ports/frame-source.js';
import type { Track } from '../../core/tracking/track.js';
import type { Tracker } from '../../core/tracking/tracker.js';
import { type Failure, FailureRecorder } from './failures.js';
import type { Answer } from './metrics.js';
import type { SequenceFolder } from './sequence-folder.js';

export interface RunOptions {
  readonly createTracker: (sequenceName: string) => Promise<Tracker>;
  readonly openSequence: (path: string) => Promise<FrameSource>;
  /** Called after every frame. */
  readonly onFrame?: ((framesDone: number) => void) | undefined;
  /** Keep pictures of the worst failures (for the report). Default true. */
  readonly pictures?: boolean | undefined;
  readonly signal?: AbortSignal | undefined;
}

/** What one pass over one sequence gave. Plain data: it can be posted between threads. */
export interface SequenceRun {
  readonly name: string;
  /** One entry a frame; fewer than the truth when the run was cut short. */
  readonly answers: readonly Answer[];
  /** Wall-clock ms of every `tracker.update`: crop, network and post-processing, no decoding. */
  readonly updateMs: readonly number[];
  /** Longest stretches without the target first. */
  readonly failures: readonly Failure[];
  /** Why the pass ended before its end; null when it is complete. */
  readonly problem: string | null;
}

/**
 * One-pass evaluation: init with the truth of the first frame that has one, then `update` on every frame after it.
 * Frames before it are answered `idle`. A source that fails midway, a count of frames that is not the count of
 * truth lines, and an abort end the pass with a `problem`; answers so far are kept. Errors of the tracker are thrown.
 */
export async function runSequence(sequence: SequenceFolder, options: RunOptions): Promise<SequenceRun> {
  const { createTracker, openSequence, onFrame, pictures = true, signal } = options;
  const { name, truth } = sequence;
  const answers: Answer[] = [];
  const updateMs: number[] = [];
  const failures = new FailureRecorder(pictures);
  const finish = async (problem: string | null): Promise<SequenceRun> => ({
    name,
    answers,
    updateMs,
    failures: await failures.finish(),
    problem,
  });

  const start = truth.findIndex((box) => box !== null);
  const tracker = await createTracker(name).catch((error: unknown) => {
    throw nameSequence(error, name);
  });
  try {
    await using source = await openSequence(sequence.input);
    for await (const frame of source.frames(signal)) {
      try {
        if (signal?.aborted) break;
        const index = answers.length;
        if (index === truth.length) return await finish(countProblem(sequence, `more than ${index}`));
        const box = truth[index] ?? null;
        if (index < start) answers.push(idle);
        else if (index === start) answers.push(answerOf(await tracker.init(frame, truth[start]!)));
        else answers.push(await timedUpdate(tracker, frame, updateMs));
        await failures.see(frame, index, box, answers[index]!.box);
      } finally {
        frame.dispose();
      }
      onFrame?.(answers.length);
    }
  } catch (error) {
    if (!(error instanceof SourceError)) throw nameSequence(error, name);
    return await finish(`${name}: ${error.message}`);
  } finally {
    await tracker.dispose();
  }
  if (answers.length === truth.length) return finish(null);
  if (signal?.aborted) return finish(`${name}: aborted after ${answers.length} of ${truth.length} frames`);
  return finish(countProblem(sequence, String(answers.length)));
}

const idle: Answer = { state: 'idle', box: null, confidence: 0 };

async function timedUpdate(tracker: Tracker, frame: Frame, updateMs: number[]): Promise<Answer> {
  const startedNs = process.hrtime.bigint();
  const track = await tracker.update(frame);
  updateMs.push(Number(process.hrtime.bigint() - startedNs) / 1e6);
  return answerOf(track);
}

/** What a track answers; a box that is not one (NaN, no area) counts as none. */
export function answerOf({ state, box, confidence }: Track): Answer {
  return { state, box: box !== null && isValidBox(box) ? box : null, confidence };
}

function countProblem({ name, input, truth }: SequenceFolder, frames: string): string {
  return `${name}: groundtruth.txt has ${truth.length} lines, ${input} has ${frames} frames`;
}

function nameSequence(error: unknown, name: string): unknown {
  if (error instanceof TagalongError) error.message = `${name}: ${error.message}`;
  return error;
}
