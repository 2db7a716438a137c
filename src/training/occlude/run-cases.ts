import { SourceError } from '../../core/errors.js';
import type { FrameSource } from '../../core/ports/frame-source.js';
import type { Tracker } from '../../core/tracking/tracker.js';
import type { Answer } from '../evaluate/answer.js';
import { answerOf } from '../evaluate/run-sequence.js';
import type { SequenceFolder } from '../evaluate/sequence-folder.js';
import { createOccluder, type Occluder } from './occluder.js';
import type { OcclusionCase } from './occlusion-case.js';
import { planCases, type PlanOptions } from './plan.js';

/** What a tracker answered in one case, one entry a frame shown. */
export interface CaseRun {
  readonly case: OcclusionCase;
  readonly answers: readonly Answer[];
}

/** All cases of one sequence. Plain data: it can be posted between threads. */
export interface OcclusionRun {
  readonly name: string;
  /** The complete ones. */
  readonly runs: readonly CaseRun[];
  /** Why some are missing; null when none is. */
  readonly problem: string | null;
}

export interface RunCasesOptions extends PlanOptions {
  /** A tracker for one case. The cases of a sequence take turns: calls of different trackers do not overlap. */
  readonly createTracker: (one: OcclusionCase) => Tracker;
  readonly openSequence: (path: string) => Promise<FrameSource>;
  /** Told after every frame of the sequence how many are done. */
  readonly onFrame?: ((framesDone: number) => void) | undefined;
  /** Shown every frame as the case shows it, before the tracker; valid during the call. */
  readonly onShown?:
    ((one: OcclusionCase, index: number, shown: ReturnType<Occluder['show']>) => void) | undefined;
  readonly signal?: AbortSignal | undefined;
}

/**
 * Plans and runs all cases of a sequence in one pass over its frames: every case has a tracker of its own, started with the truth
 * of its first frame. A source that fails and an abort leave the cases that were complete, with a `problem`. Errors of a
 * tracker are thrown.
 */
export async function runCases(
  { name, input, truth }: Pick<SequenceFolder, 'name' | 'input' | 'truth'>,
  { createTracker, openSequence, onFrame, onShown, signal, ...plan }: RunCasesOptions,
): Promise<OcclusionRun> {
  const complete: CaseRun[] = [];
  let open: RunningCase[] = [];
  let done = 0;
  let planned = 0;
  try {
    await using source = await openSequence(input);
    const cases = planCases({ name, truth }, source.describe(), plan);
    planned = cases.length;
    const last = Math.max(0, ...cases.map(({ end }) => end));
    for await (const frame of source.frames(signal)) {
      try {
        const index = done;
        if (signal?.aborted || index >= last) break;
        const begun = cases.filter(({ first }) => first === index);
        open.push(...begun.map((one) => startCase(one, createTracker(one))));
        for (const { case: one, occluder, tracker, answers } of open) {
          const shown = occluder.show(frame, index);
          onShown?.(one, index, shown);
          const track = index === one.first ? tracker.init(shown, one.truth[0]!) : tracker.update(shown);
          answers.push(answerOf(await track));
        }
        const ended = open.filter((running) => running.case.end === index + 1);
        open = open.filter((running) => !ended.includes(running));
        for (const { case: one, tracker, answers } of ended) {
          complete.push({ case: one, answers });
          await tracker.dispose();
        }
      } finally {
        frame.dispose();
      }
      done += 1;
      onFrame?.(done);
    }
  } catch (error) {
    if (!(error instanceof SourceError)) throw error;
    return { name, runs: complete, problem: `${name}: ${error.message}` };
  } finally {
    for (const { tracker } of open) await tracker.dispose();
  }
  if (complete.length === planned) return { name, runs: complete, problem: null };
  const why = signal?.aborted ? 'aborted' : `the video ended (${truth.length} lines of truth)`;
  return { name, runs: complete, problem: `${name}: ${why} after ${done} frames` };
}

interface RunningCase {
  readonly case: OcclusionCase;
  readonly occluder: Occluder;
  readonly tracker: Tracker;
  readonly answers: Answer[];
}

function startCase(one: OcclusionCase, tracker: Tracker): RunningCase {
  return { case: one, occluder: createOccluder(one), tracker, answers: [] };
}
