import type { Box } from '../../core/geometry/box.js';
import type { SharedFrame } from '../../core/image/shared-frame.js';
import type { FrameTap } from '../../core/ports/frame-tap.js';
import { silentLog } from '../../core/ports/log.js';
import type { LoopStatus } from '../../core/ports/loop-status.js';
import { checkSelection } from '../../core/tracking/check-selection.js';
import type { Track } from '../../core/tracking/track.js';
import { CommandRunner } from './carry-out.js';
import { FrameHistory } from './frame-history.js';
import { type Delivery, FrameInbox } from './frame-inbox.js';
import { LiveMeter, type LiveStatistics } from './live-meter.js';
import type { LiveOptions, LiveSummary } from './run-live.js';
import { SinkRack } from './sink-rack.js';
import { TrackerSeat } from './tracker-seat.js';

/** One run of the live loop: a reader that fills the history, and the loop that tracks the newest frame and publishes. */
export class LiveLoop implements AsyncDisposable {
  readonly #options: LiveOptions;
  readonly #clock: () => bigint;
  readonly #live: boolean;
  readonly #inbox = new FrameInbox();
  readonly #history: FrameHistory;
  readonly #seat: TrackerSeat;
  readonly #sinks: SinkRack;
  readonly #meter: LiveMeter;
  readonly #commands: CommandRunner;
  readonly #faultyTaps = new Set<FrameTap>();
  readonly #closing = new AbortController();
  #reading: Promise<void> = Promise.resolve();
  /** Has the reader go on that waits until its frame was tracked. */
  #done: () => void = () => undefined;
  #first: Box | null;
  #latest: Track | null = null;
  #seen = 0;
  #published = 0;

  constructor(options: LiveOptions) {
    const { source, tracker, supply, log, history = {}, updateTimeoutMs, catchUpMs } = options;
    const { live, holdable = 0 } = source.describe();
    const clock = options.clock ?? (() => process.hrtime.bigint());
    this.#options = options;
    this.#clock = clock;
    this.#live = live;
    this.#first = options.select ?? null;
    this.#meter = options.meter ?? new LiveMeter();
    this.#history = new FrameHistory({ budget: options.control ? history : null, holdable });
    this.#seat = new TrackerSeat({
      ...{ tracker, supply, history: this.#history, log, clock, updateTimeoutMs },
      // a recorded video waits: nothing has to be skipped
      catchUpMs: catchUpMs ?? (live ? undefined : Number.POSITIVE_INFINITY),
    });
    this.#sinks = new SinkRack(options.sinks ?? [], {
      clock,
      onPublished: options.onPublished,
      onFault: (sink, error) => {
        (log ?? silentLog).error({ err: error, sink: sink.name }, `sink ${sink.name}: ${String(error)}`);
        options.onSinkFault?.(sink, error);
      },
    });
    this.#commands = new CommandRunner({
      ...{ seat: this.#seat, history: this.#history, clock },
      latest: () => this.#latest,
      survivesTracker: supply !== undefined,
    });
  }

  /** Frames the source has given. */
  get seen(): number {
    return this.#seen;
  }

  get dropped(): number {
    return this.#options.source.statistics().dropped + this.#inbox.passedBy;
  }

  statistics(): LiveStatistics {
    return this.#meter.read();
  }

  /** Has the loop look for commands. */
  ring(): void {
    this.#inbox.ring();
  }

  async run(): Promise<LiveSummary['ended']> {
    const { control, maxFrames = Number.POSITIVE_INFINITY } = this.#options;
    this.#reading = this.#read();
    for (;;) {
      const delivery = await this.#inbox.take();
      if (delivery === undefined) return 'source ended';
      try {
        await this.#commands.runAll(control?.take() ?? []);
        if (delivery) await this.#step(delivery);
      } finally {
        delivery?.frame.dispose();
        if (delivery) this.#done();
      }
      if (this.#published >= maxFrames) return 'frame limit';
    }
  }

  status(): Omit<LoopStatus, 'lastCommand'> {
    const { frames, fps, latencyMs } = this.#meter.read();
    const { source } = this.#options;
    const known = (ms: number): number | null => (frames > 0 ? ms : null);
    return {
      state: this.#seat.paused ? 'paused' : (this.#latest?.state ?? 'starting'),
      track: this.#latest,
      model: this.#seat.describeModel(),
      trackerRestarts: this.#seat.restarts,
      source: source.describe(),
      ...{ fps, frames },
      dropped: { bySource: source.statistics().dropped, byTracker: this.#inbox.passedBy },
      latencyMs: { p50: known(latencyMs.p50), p99: known(latencyMs.p99), max: known(latencyMs.max) },
      sinks: this.#sinks.health(),
      kept: this.#history.range(),
    };
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#closing.abort();
    this.#done();
    await this.#options.source.close();
    await this.#reading;
    await this.#seat[Symbol.asyncDispose]();
    this.#inbox[Symbol.dispose]();
    this.#history[Symbol.dispose]();
  }

  /** Moves frames from the source to history, taps and inbox until the source ends. Never rejects. */
  async #read(): Promise<void> {
    const { source, signal, startFrame = 0 } = this.#options;
    const stop = signal ? AbortSignal.any([signal, this.#closing.signal]) : this.#closing.signal;
    const isStopped = (): boolean => stop.aborted;
    try {
      for await (const frame of source.frames(stop)) {
        this.#seen += 1;
        if (this.#seen <= startFrame) {
          frame.dispose();
          continue;
        }
        if (isStopped()) {
          frame.dispose();
          break;
        }
        const kept = this.#history.keep(frame);
        this.#show(kept);
        // also the frame on which the first target is: the ones that come meanwhile are the source's to drop
        const waits = !this.#live || this.#first !== null;
        const tracked = waits ? new Promise<void>((resolve) => (this.#done = resolve)) : null;
        this.#inbox.put({ frame: kept, deliveredAtNs: this.#clock() });
        await tracked;
        if (isStopped()) break;
      }
      this.#inbox.end({});
    } catch (fault) {
      this.#inbox.end({ fault });
    }
  }

  #show(frame: SharedFrame): void {
    for (const tap of this.#options.taps ?? []) {
      try {
        tap.see(frame);
      } catch (error) {
        if (this.#faultyTaps.has(tap)) continue;
        this.#faultyTaps.add(tap);
        (this.#options.log ?? silentLog).error(
          { err: error, tap: tap.name },
          `${tap.name}: ${String(error)}`,
        );
      }
    }
  }

  /** Track, publish, measure. */
  async #step({ frame, deliveredAtNs }: Delivery): Promise<void> {
    const track = this.#first ? await this.#select(frame, this.#first) : await this.#seat.update(frame);
    this.#first = null;
    if (!track || (this.#latest && track.frame.sequence < this.#latest.frame.sequence)) return;
    this.#latest = track;
    const sinceNs = this.#live ? track.frame.capturedAtNs : deliveredAtNs;
    this.#sinks.publish(track, sinceNs);
    const now = this.#clock();
    this.#meter.record(track, now - sinceNs, now);
    this.#published += 1;
  }

  #select(frame: SharedFrame, box: Box): Promise<Track> {
    checkSelection(box, frame, '--box');
    return this.#seat.select(frame, box);
  }
}
