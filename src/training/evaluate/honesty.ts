import { onTargetAbove, type ScoredFrame, seesTarget } from './scored-frames.js';
import { meanOrNull, quantile } from './statistics.js';

/** Frames of `tracking` beside the target after which the tracker counts as settled there. */
export const settledFrames = 10;

export interface FalseAlarms {
  /** Present frames in which the tracker had the target. */
  readonly held: number;
  /** Of these: frames it called `coasting` or `lost`. */
  readonly doubted: number;
}

/**
 * Doubts about a target that it had. A present frame is held when its box is on the target (overlap above 0.5), or
 * when it has no box but the last frame that had one was on the target: letting go of it is an alarm as long as it lasts.
 * An absence of the target ends this. Before the first of `frames` the target was held.
 */
export function falseAlarms(frames: readonly ScoredFrame[]): FalseAlarms {
  let had = true;
  let held = 0;
  let doubted = 0;
  for (const { truth, answer, overlap } of frames) {
    if (truth === null) had = false;
    else if (answer.box !== null) had = overlap > onTargetAbove;
    if (!had) continue;
    held += 1;
    if (answer.state !== 'tracking') doubted += 1;
  }
  return { held, doubted };
}

export interface Switches {
  /** Times the tracker settled on something else. */
  readonly times: number;
  /** Frames of these stretches. */
  readonly frames: number;
}

/**
 * Stretches of at least {@link settledFrames} present frames on end that are called `tracking` although the box touches
 * nothing of the target (overlap 0): it follows something else and does not know it.
 */
export function switches(frames: readonly ScoredFrame[]): Switches {
  let times = 0;
  let total = 0;
  let length = 0;
  const close = (): void => {
    if (length >= settledFrames) {
      times += 1;
      total += length;
    }
    length = 0;
  };
  for (const { truth, answer, overlap } of frames) {
    if (truth !== null && answer.state === 'tracking' && overlap === 0) length += 1;
    else close();
  }
  close();
  return { times, frames: total };
}

/**
 * For every return of the target (a present frame after an absent one): the number of the first frame that sees it
 * (`tracking`, overlap above 0.5), where the frame of the return is 1; null when none does before it is gone again.
 */
export function reacquisitions(frames: readonly ScoredFrame[]): (number | null)[] {
  return frames.flatMap(({ truth }, index) => {
    const returns = truth !== null && index > 0 && frames[index - 1]!.truth === null;
    if (!returns) return [];
    const gone = frames.findIndex((frame, later) => later > index && frame.truth === null);
    return [framesToSee(frames.slice(index, gone < 0 ? undefined : gone))];
  });
}

/** Number of the first frame that sees the target, counted from 1; null when none does. */
export function framesToSee(frames: readonly ScoredFrame[]): number | null {
  const first = frames.findIndex(seesTarget);
  return first < 0 ? null : first + 1;
}

export interface Distribution {
  /** Returns of the target. */
  readonly returns: number;
  /** Of these: it was found again. */
  readonly found: number;
  /** Frames it took where it was found; null when it never was. */
  readonly mean: number | null;
  readonly median: number | null;
  readonly p90: number | null;
}

export function distribution(times: readonly (number | null)[]): Distribution {
  const found = times.filter((time) => time !== null);
  return {
    returns: times.length,
    found: found.length,
    mean: meanOrNull(found),
    median: quantile(found, 0.5),
    p90: quantile(found, 0.9),
  };
}
