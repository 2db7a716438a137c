import type { Sink } from '../../core/ports/sink.js';
import type { Track } from '../../core/tracking/track.js';
import type { LiveMeter } from '../live/live-meter.js';
import { statusLine } from './status-line.js';

/** The part of a terminal or pipe that is used. */
export interface TerminalStream {
  readonly isTTY?: boolean;
  readonly columns?: number;
  write(text: string): unknown;
}

export interface TerminalSinkOptions {
  readonly stream: TerminalStream;
  readonly meter: LiveMeter;
  /** Frames dropped before the tracker, so far. */
  readonly droppedFrames: () => number;
  readonly colour?: boolean;
  /** Nanoseconds of CLOCK_MONOTONIC. */
  readonly clock?: () => bigint;
}

/** On a terminal one line, rewritten ten times a second; in a pipe or log a line a second. It leaves most tracks out on purpose, so they do not count as dropped. */
export class TerminalSink implements Sink {
  readonly name = 'terminal';
  readonly #options: TerminalSinkOptions;
  readonly #clock: () => bigint;
  readonly #tty: boolean;
  #shownAtNs: bigint | null = null;
  #unshown: Track | null = null;
  #dropped = 0;
  #closed = false;

  constructor(options: TerminalSinkOptions) {
    this.#options = options;
    this.#clock = options.clock ?? (() => process.hrtime.bigint());
    this.#tty = options.stream.isTTY === true;
  }

  get dropped(): number {
    return this.#dropped;
  }

  publish(track: Track): void {
    if (this.#closed) {
      this.#dropped += 1;
      return;
    }
    const now = this.#clock();
    const interval = this.#tty ? 100_000_000n : 1_000_000_000n;
    this.#unshown = track;
    if (this.#shownAtNs !== null && now - this.#shownAtNs < interval) return;
    this.#shownAtNs = now;
    this.#show(track);
  }

  /** Shows the last track. */
  close(): Promise<void> {
    if (!this.#closed) {
      this.#closed = true;
      if (this.#unshown) this.#show(this.#unshown);
      if (this.#tty && this.#shownAtNs !== null) this.#options.stream.write('\n');
    }
    return Promise.resolve();
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }

  #show(track: Track): void {
    this.#unshown = null;
    const { stream, meter, droppedFrames, colour = false } = this.#options;
    const dropped = droppedFrames();
    if (!this.#tty) {
      stream.write(`${statusLine(track, meter.read(), { dropped, colour })}\n`);
      return;
    }
    const width = (stream.columns ?? 80) - 1; // a line that wraps could not be rewritten
    stream.write(`\r\u001B[2K${statusLine(track, meter.read(), { dropped, colour, width })}`);
  }
}
