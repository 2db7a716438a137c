import { setTimeout as delay } from 'node:timers/promises';
import { DamagedFrameError, InferenceError, UsageError } from '../../core/errors.js';
import { type Box, iou } from '../../core/geometry/box.js';
import type { Frame } from '../../core/image/frame.js';
import type { SharedFrame } from '../../core/image/shared-frame.js';
import { silentLog, type Log } from '../../core/ports/log.js';
import type { ModelStatus } from '../../core/ports/loop-status.js';
import { checkSelection } from '../../core/tracking/check-selection.js';
import { idleTrack } from '../../core/tracking/siamese/track-facts.js';
import type { Track } from '../../core/tracking/track.js';
import { AsyncLock } from './async-lock.js';
import type { FrameHistory } from './frame-history.js';
import { LastSeen } from './last-seen.js';
import type { LiveTracker, TappedPoint, TrackerSupply } from './live-tracker.js';
import { replay } from './replay.js';
import { withDeadline } from './with-deadline.js';

export interface TrackerSeatOptions {
  /** Sits first. Its owner disposes it too: that is idempotent. */
  readonly tracker: LiveTracker;
  /** Where others come from; without it a fault of the tracker is thrown, and there is one model. */
  readonly supply?: TrackerSupply | undefined;
  readonly history: FrameHistory;
  readonly log?: Log | undefined;
  /** Nanoseconds of CLOCK_MONOTONIC. */
  readonly clock: () => bigint;
  /** A tracker that has not answered for so long is taken to hang. */
  readonly updateTimeoutMs?: number | undefined;
  /** Time a selection in the past may take to come up to the present. */
  readonly catchUpMs?: number | undefined;
}

/** A tracker that dies sooner than this after it was started makes the next start wait. */
const steadyNs = 10_000_000_000n;
const [minRestartDelayMs, maxRestartDelayMs] = [250, 5000];

/** How far back a tracker begins that is to take over: it learns the target's motion and looks there. */
const rehearsedNs = 500_000_000n;
/** Overlap of two trackers' boxes, one frame apart at most, from which they follow the same thing. */
const agreement = 0.3;

/** How far a tracker came with a target beside the one in the seat. */
interface Rehearsal {
  readonly target: LastSeen;
  readonly track: Track;
}

/**
 * The place of the tracker in the loop. Trackers die, hang and are exchanged for other models; the target stays: it has one
 * number from its selection to its end, whichever tracker follows it.
 */
export class TrackerSeat implements AsyncDisposable {
  readonly #options: TrackerSeatOptions;
  readonly #log: Log;
  readonly #lock = new AsyncLock();
  readonly #closing = new AbortController();
  #tracker: LiveTracker | null = null;
  #model: string | null = null;
  #seen: LastSeen | null = null;
  #selections = 0;
  #paused = false;
  #restarts = 0;
  #restartDelayMs = 0;
  #seatedAtNs = 0n;
  /** The last one a tracker fell on: it is not replayed to the next. */
  #fatalFrame: number | null = null;
  #swapping: AbortController | null = null;

  constructor(options: TrackerSeatOptions) {
    this.#options = options;
    this.#log = options.log ?? silentLog;
    this.#take(options.tracker);
  }

  /** What the tracker says it runs; null while there is none. */
  describeModel(): ModelStatus | null {
    return this.#tracker?.describeModel?.() ?? null;
  }

  get restarts(): number {
    return this.#restarts;
  }

  get paused(): boolean {
    return this.#paused;
  }

  /** The target's last known box; null without a target. */
  get box(): Box | null {
    return this.#seen?.track.box ?? null;
  }

  /**
   * The frame's track. Without a target, or paused, it costs nothing; while a tracker is being started again it is predicted.
   * Null when the frame is older than the newest track.
   * @throws InferenceError without a supply.
   */
  update(frame: SharedFrame): Promise<Track | null> {
    return this.#lock.run(async () => {
      if (!this.#seen || this.#paused) return idleTrack(frame);
      const { track: last } = this.#seen;
      if (frame.sequence < last.frame.sequence) return null;
      if (frame.sequence === last.frame.sequence) return last;
      const tracker = this.#tracker;
      if (!tracker) return this.#seen.predict(frame);
      try {
        const track = this.#numbered(await this.#ask(tracker.update(frame)));
        this.#seen.see(track, frame);
        return track;
      } catch (error) {
        if (error instanceof DamagedFrameError) return this.#seen.predict(frame);
        this.#fatalFrame = frame.sequence;
        this.#fall(tracker, error);
        return this.#seen.predict(frame);
      }
    });
  }

  /**
   * Follows what is in the box on that frame of the past, up to the newest one.
   * @returns the newest frame's track
   * @throws UsageError for an impossible box, InferenceError while no tracker can be had; what was followed goes on then.
   */
  select(frame: SharedFrame, box: Box): Promise<Track> {
    return this.#lock.run(async () => {
      checkSelection(box, frame, 'select');
      const tracker = this.#tracker;
      if (!tracker) throw new InferenceError('the tracker is being started again after a fault');
      let track: Track;
      try {
        track = await this.#replay(tracker, frame, box);
      } catch (error) {
        if (!(error instanceof UsageError || error instanceof DamagedFrameError)) this.#fall(tracker, error);
        throw error;
      }
      this.#seen?.[Symbol.dispose]();
      this.#selections += 1;
      this.#paused = false;
      const numbered = { ...track, target: this.#selections };
      this.#seen = new LastSeen({ frame, box }, numbered);
      this.#see(numbered);
      return numbered;
    });
  }

  /** Grows a box around a tapped point. @throws InferenceError while no tracker can be had. */
  growBox(tapped: TappedPoint, otherwise: (tapped: TappedPoint) => Box): Promise<Box> {
    return this.#lock.run(async () => {
      const tracker = this.#tracker;
      if (!tracker?.growBox) return otherwise(tapped);
      try {
        return await this.#ask(tracker.growBox(tapped));
      } catch (error) {
        if (!(error instanceof DamagedFrameError)) this.#fall(tracker, error);
        throw error;
      }
    });
  }

  stop(): Promise<void> {
    return this.#lock.run(async () => {
      this.#seen?.[Symbol.dispose]();
      this.#seen = null;
      this.#paused = false;
      const tracker = this.#tracker;
      if (!tracker) return;
      try {
        await this.#ask(tracker.stop());
      } catch (error) {
        this.#fall(tracker, error);
      }
    });
  }

  /** @throws UsageError without a target. */
  pause(): void {
    if (!this.#seen) throw new UsageError('pause: there is no target');
    this.#paused = true;
  }

  resume(): void {
    this.#paused = false;
  }

  /**
   * Opens a tracker on another model beside the present one, has it follow the target through the last half second, and puts it
   * into the seat between two frames. When that fails the present one stays.
   * @throws UsageError for an unknown model, or when a later call overtook this one; ModelError, InferenceError.
   */
  async swap(model: string): Promise<void> {
    const { supply } = this.#options;
    if (!supply) throw new UsageError(`model "${model}": this loop has one model only`);
    this.#swapping?.abort(new UsageError('overtaken by a later command'));
    const swapping = new AbortController();
    this.#swapping = swapping;
    const signal = AbortSignal.any([swapping.signal, this.#closing.signal]);
    const next = await supply.open(model, signal);
    try {
      signal.throwIfAborted();
      const rehearsal = await this.#rehearse(next);
      signal.throwIfAborted();
      await this.#sit(next, model, { rehearsal });
    } catch (error) {
      await next.dispose();
      throw error;
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    if (this.#closing.signal.aborted) return;
    this.#closing.abort(new InferenceError('the live loop has ended'));
    await this.#lock.run(async () => {
      this.#seen?.[Symbol.dispose]();
      this.#seen = null;
      const tracker = this.#tracker;
      this.#tracker = null;
      if (tracker !== this.#options.tracker) await tracker?.dispose();
    });
  }

  /** Starts a new tracker on the target, then exchanges it for the present one. */
  #sit(
    next: LiveTracker,
    model: string | null,
    {
      onlyIfEmpty = false,
      rehearsal = null,
    }: { readonly onlyIfEmpty?: boolean; readonly rehearsal?: Rehearsal | null } = {},
  ): Promise<void> {
    return this.#lock.run(async () => {
      this.#closing.signal.throwIfAborted();
      if (onlyIfEmpty && this.#tracker) throw new InferenceError('another tracker has taken the seat');
      if (this.#seen) {
        const { frame, box } = this.#seen.sighting;
        const ready = rehearsal?.target === this.#seen ? await this.#finish(next, rehearsal) : null;
        const track = this.#numbered(ready ?? (await this.#replay(next, frame, box)));
        if (track.frame.sequence > this.#seen.track.frame.sequence) this.#see(track);
      }
      const old = this.#tracker;
      this.#model = model;
      this.#take(next);
      void old?.dispose().catch(() => undefined);
    });
  }

  /** Has it follow the target while the present one still does: what is left for the moment of exchange is a frame or two. */
  async #rehearse(next: LiveTracker): Promise<Rehearsal | null> {
    const target = this.#seen;
    if (!target || this.#paused || !this.#tracker) return null;
    const { history } = this.#options;
    const newestNs = history.newest?.capturedAtNs ?? 0n;
    const { frame, box } = target.earliest((sequence) => {
      const kept = history.at(sequence);
      return kept && newestNs - kept.capturedAtNs <= rehearsedNs ? kept : null;
    });
    try {
      return { target, track: await this.#replay(next, frame, box) };
    } finally {
      frame.dispose();
    }
  }

  /** The frames that came meanwhile. Null when it follows something else than the present one. */
  async #finish(next: LiveTracker, { target, track: rehearsed }: Rehearsal): Promise<Track | null> {
    const { history } = this.#options;
    let track = rehearsed;
    let left = history.after(track.frame.sequence).length;
    for (; left > 0; left -= 1) {
      // anew each time: the history lets go of frames while the tracker is asked
      const kept = history.after(track.frame.sequence).find(({ sequence }) => sequence !== this.#fatalFrame);
      if (!kept) break;
      const frame = kept.share();
      try {
        track = await this.#ask(next.update(frame));
      } finally {
        frame.dispose();
      }
    }
    const { box, state } = target.track;
    if (!box || state !== 'tracking') return track;
    return track.box && track.state === 'tracking' && iou(track.box, box) >= agreement ? track : null;
  }

  #take(tracker: LiveTracker): void {
    this.#tracker = tracker;
    this.#seatedAtNs = this.#options.clock();
    if (!this.#options.supply) return; // the next call throws it
    void tracker.failed?.then((error) => {
      this.#fall(tracker, error);
    });
  }

  /** Empties the seat and has another tracker started; without a supply the fault goes on to the caller. */
  #fall(tracker: LiveTracker, error: unknown): void {
    if (!this.#options.supply) throw error;
    if (tracker !== this.#tracker || this.#closing.signal.aborted) return;
    const steady = this.#options.clock() - this.#seatedAtNs > steadyNs;
    if (steady) this.#restartDelayMs = 0;
    this.#tracker = null;
    this.#restarts += 1;
    const reason = error instanceof Error ? error.message : String(error);
    this.#log.error(
      { err: error, restarts: this.#restarts },
      `the tracker failed and is started again: ${reason}`,
    );
    void tracker.dispose().catch(() => undefined);
    void this.#restart(this.#options.supply);
  }

  async #restart(supply: TrackerSupply): Promise<void> {
    const { signal } = this.#closing;
    const isOver = (): boolean => signal.aborted || this.#tracker !== null;
    while (!isOver()) {
      let next: LiveTracker | undefined;
      try {
        await delay(this.#restartDelayMs, undefined, { signal });
        this.#restartDelayMs = Math.min(
          Math.max(2 * this.#restartDelayMs, minRestartDelayMs),
          maxRestartDelayMs,
        );
        next = await supply.open(this.#model, signal);
        await this.#sit(next, this.#model, { onlyIfEmpty: true });
        this.#log.info({ restarts: this.#restarts }, 'the tracker runs again');
        return;
      } catch (error) {
        await next?.dispose().catch(() => undefined);
        if (isOver()) return;
        const reason = error instanceof Error ? error.message : String(error);
        this.#log.error({ err: error }, `the tracker could not be started again: ${reason}`);
      }
    }
  }

  #replay(tracker: LiveTracker, frame: Frame, box: Box): Promise<Track> {
    const { history, clock, catchUpMs = 500 } = this.#options;
    return replay(tracker, {
      ...{ frame, box, history, catchUpMs, clock },
      leaveOut: this.#fatalFrame,
      ask: (answer) => this.#ask(answer),
    });
  }

  /** Only a tracker that can be replaced is given up on. */
  #ask<T>(answer: Promise<T>): Promise<T> {
    const { supply, updateTimeoutMs = 2000 } = this.#options;
    return supply ? withDeadline(answer, updateTimeoutMs) : answer;
  }

  /** Takes in a track whose frame the history may still hold. */
  #see(track: Track): void {
    this.#seen?.see(track, this.#options.history.at(track.frame.sequence));
  }

  #numbered(track: Track): Track {
    return { ...track, target: this.#selections };
  }
}
