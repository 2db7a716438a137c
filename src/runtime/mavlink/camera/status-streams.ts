import type { Track } from '../../../core/tracking/track.js';

/** What a link gets that asked for the default rate, or that began to track without asking for any: as QGroundControl asks. */
export const defaultIntervalMs = 500;
/** 100 a second: more than any camera here delivers. */
const shortestMs = 10;
/** Without a track for so long nobody knows where the target is. */
const staleMs = 1000;
const tickMs = 100;

interface Stream {
  intervalMs: number;
  dueMs: number;
  /** Nobody asked for it: it came with a track command, and goes with the stop. */
  readonly byItself: boolean;
  /** One more word, and it is over. */
  ending: boolean;
}

/** Sends the newest track's status over each link at the rate that was asked for there. */
export class StatusStreams implements Disposable {
  readonly #send: (track: Track | null, link: string) => void;
  readonly #streams = new Map<string, Stream>();
  readonly #timer: NodeJS.Timeout;
  #newest: { readonly track: Track; readonly atMs: number } | null = null;

  constructor(send: (track: Track | null, link: string) => void) {
    this.#send = send;
    this.#timer = setInterval(() => {
      this.#tick(performance.now());
    }, tickMs);
  }

  /** The newest track; null when none has come for a while. */
  get current(): Track | null {
    return this.#newest && performance.now() - this.#newest.atMs < staleMs ? this.#newest.track : null;
  }

  /** ms between two; null: none. */
  intervalOf(link: string): number | null {
    return this.#streams.get(link)?.intervalMs ?? null;
  }

  /** @param waitMs before the first: something is under way that it should already tell. */
  start(link: string, intervalMs: number, waitMs = 0): void {
    this.#streams.set(link, {
      intervalMs: Math.max(shortestMs, intervalMs),
      dueMs: performance.now() + waitMs,
      byItself: false,
      ending: false,
    });
  }

  /** Older ground stations never ask: they get the status with the tracking. */
  startByItself(link: string): void {
    if (this.#streams.get(link)?.byItself === false) return;
    const intervalMs = defaultIntervalMs;
    this.#streams.set(link, { intervalMs, dueMs: performance.now(), byItself: true, ending: false });
  }

  stop(link: string): void {
    this.#streams.delete(link);
  }

  /** Something has changed: the next track is told at once. */
  hurry(): void {
    for (const stream of this.#streams.values()) stream.dueMs = Math.min(stream.dueMs, performance.now());
  }

  /** After a stop of the tracking: those that came by themselves end, with a last word. */
  endOwn(): void {
    for (const stream of this.#streams.values()) stream.ending = stream.byItself;
  }

  publish(track: Track): void {
    const now = performance.now();
    this.#newest = { track, atMs: now };
    for (const [link, stream] of this.#streams) {
      if (now >= stream.dueMs) this.#sendTo(link, stream, now);
    }
  }

  [Symbol.dispose](): void {
    clearInterval(this.#timer);
  }

  /** Where tracks come, they set the pace; where they do not, this does. */
  #tick(now: number): void {
    for (const [link, stream] of this.#streams) {
      if (now >= stream.dueMs + tickMs) this.#sendTo(link, stream, now);
    }
  }

  #sendTo(link: string, stream: Stream, now: number): void {
    // the rate is kept on the average; what was missed is not made up for
    stream.dueMs = Math.max(stream.dueMs + stream.intervalMs, now - stream.intervalMs / 2);
    if (stream.ending) this.#streams.delete(link);
    this.#send(this.current, link);
  }
}
