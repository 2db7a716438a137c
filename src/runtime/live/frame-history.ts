import { UsageError } from '../../core/errors.js';
import type { Frame } from '../../core/image/frame.js';
import { shareFrame, type SharedFrame } from '../../core/image/shared-frame.js';
import type { FrameReference } from '../../core/ports/control.js';
import type { LoopStatus } from '../../core/ports/loop-status.js';
import { bytesOf, FrameCopier } from './frame-copier.js';

/** How much of the past is kept: whichever limit is reached first. The newest frame is always kept. */
export interface HistoryBudget {
  readonly bytes?: number;
  readonly ms?: number;
}

export const defaultHistory: Required<HistoryBudget> = { bytes: 64 * 1024 * 1024, ms: 1000 };

export interface FrameHistoryOptions {
  /** Null: only the newest frame is kept, and nothing is copied. */
  readonly budget: HistoryBudget | null;
  /** Frames the source lets a reader hold (SourceDescription.holdable); where it is too few, frames are copied. */
  readonly holdable: number;
}

/** Frames the loop holds besides the history's: one with the tracker, one unread, the last confident one, two with a tracker that is to take over, one to spare. */
const heldElsewhere = 6;
const worthHolding = 4;

/** The newest frames, by reference where the source has the buffers for it, else copied into shared memory. */
export class FrameHistory implements Disposable {
  readonly #frames: SharedFrame[] = [];
  readonly #options: FrameHistoryOptions;
  readonly #copier: FrameCopier | null;
  readonly #maxFrames: number;

  constructor(options: FrameHistoryOptions) {
    const { budget, holdable } = options;
    const byReference = holdable - heldElsewhere;
    this.#options = options;
    this.#copier = budget && byReference < worthHolding ? new FrameCopier() : null;
    this.#maxFrames = budget ? (this.#copier ? Number.POSITIVE_INFINITY : byReference) : 1;
  }

  /** Takes the frame over. @returns the caller's own share of it. */
  keep(frame: Frame): SharedFrame {
    const shared = shareFrame(this.#copier ? this.#copier.copy(frame) : frame);
    this.#frames.push(shared);
    this.#evict(shared);
    return shared.share();
  }

  /** The newest frame, as the history's own share. */
  get newest(): SharedFrame | null {
    return this.#frames.at(-1) ?? null;
  }

  /** The history's own share of a frame; null when it is not kept. */
  at(sequence: number): SharedFrame | null {
    return this.#frames.find((frame) => frame.sequence === sequence) ?? null;
  }

  /** Those newer than a frame, oldest first; the history's own shares. */
  after(sequence: number): readonly SharedFrame[] {
    const from = this.#frames.findIndex((frame) => frame.sequence > sequence);
    return from < 0 ? [] : this.#frames.slice(from);
  }

  /** The nearest to a moment, the history's own share; not `sequence` itself. */
  nearestTo(atNs: bigint, except: number): SharedFrame | null {
    const others = this.#frames.filter((frame) => frame.sequence !== except);
    return nearest(others, (frame) => distance(frame.capturedAtNs, atNs));
  }

  /**
   * The frame a selection refers to, as the history's own share; without a reference the newest.
   * @throws UsageError when it is not kept any more, or has not come yet.
   */
  find({ sequence, timeNs }: FrameReference): SharedFrame {
    const [oldest, newest] = [this.#frames[0], this.#frames.at(-1)];
    if (!oldest || !newest) throw new UsageError('select: there is no frame yet');
    if (sequence !== undefined) {
      if (sequence > newest.sequence) {
        throw new UsageError(
          `sequence ${sequence}: has not come yet; the newest frame is ${newest.sequence}`,
        );
      }
      if (sequence < oldest.sequence) throw new UsageError(`sequence ${sequence}: ${this.#tooOld(oldest)}`);
      return nearest(this.#frames, (frame) => Math.abs(frame.sequence - sequence))!;
    }
    if (timeNs === undefined) return newest;
    const interval = this.#interval(oldest, newest);
    if (timeNs > newest.capturedAtNs + 1_000_000_000n) {
      throw new UsageError(
        `timeNs ${timeNs}: lies in the future; the newest frame is of ${newest.capturedAtNs}`,
      );
    }
    if (timeNs < oldest.capturedAtNs - interval) {
      throw new UsageError(`timeNs ${timeNs}: ${this.#tooOld(oldest)}`);
    }
    return nearest(this.#frames, (frame) => distance(frame.capturedAtNs, timeNs))!;
  }

  range(): LoopStatus['kept'] {
    const [oldest, newest] = [this.#frames[0], this.#frames.at(-1)];
    if (!oldest || !newest) return null;
    return { oldest: oldest.sequence, newest: newest.sequence, frames: this.#frames.length };
  }

  [Symbol.dispose](): void {
    for (const frame of this.#frames.splice(0)) frame.dispose();
  }

  #evict(newest: SharedFrame): void {
    const { bytes, ms } = { ...defaultHistory, ...this.#options.budget };
    const oldestNs = newest.capturedAtNs - BigInt(Math.round(ms * 1e6));
    const count = Math.min(this.#maxFrames, Math.floor(bytes / Math.max(1, bytesOf(newest))));
    while (this.#frames.length > 1) {
      const oldest = this.#frames[0]!;
      if (this.#frames.length <= count && oldest.capturedAtNs >= oldestNs) break;
      this.#frames.shift()!.dispose();
    }
  }

  /** Mean time from frame to frame. */
  #interval(oldest: Frame, newest: Frame): bigint {
    const frames = BigInt(Math.max(1, this.#frames.length - 1));
    return (newest.capturedAtNs - oldest.capturedAtNs) / frames;
  }

  #tooOld({ sequence, capturedAtNs }: Frame): string {
    const ageMs = Number(this.newest!.capturedAtNs - capturedAtNs) / 1e6;
    return `too old; the oldest kept frame is ${sequence}, of ${capturedAtNs} ns, ${ageMs.toFixed(0)} ms before the newest`;
  }
}

function distance(a: bigint, b: bigint): number {
  return Math.abs(Number(a - b));
}

function nearest<T>(items: readonly T[], distanceOf: (item: T) => number): T | null {
  let best: T | null = null;
  for (const item of items) if (best === null || distanceOf(item) < distanceOf(best)) best = item;
  return best;
}
