import { setTimeout as delay } from 'node:timers/promises';
import { SourceError } from '../../core/errors.js';
import type { Frame } from '../../core/image/frame.js';
import type { SourceDescription, SourceLink } from '../../core/ports/frame-source.js';
import type { FrameDriver } from '../../core/sources/frame-driver.js';

export interface ReconnectOptions {
  /** Wait before the first attempt; doubles after each, up to `maxDelayMs`, until a frame has come. */
  readonly minDelayMs?: number;
  readonly maxDelayMs?: number;
}

/** Opens the device anew; the frames' sequence numbers start at `firstSequence`. @throws SourceError while it is away. */
export type Reopen = (firstSequence: number, signal: AbortSignal) => Promise<FrameDriver>;

/**
 * Waits for a device that failed, and goes on with it. Only a SourceError is waited out: any other error, as when the
 * device that came back no longer offers what was asked, is thrown.
 */
export class ReconnectingDriver implements FrameDriver {
  readonly #reopen: Reopen;
  readonly #options: Required<ReconnectOptions>;
  #driver: FrameDriver | undefined;
  #description: SourceDescription;
  #droppedBefore = 0;
  #reconnects = 0;
  #fault: string | null = null;
  #lastSequence = -1;
  #delayMs: number;

  constructor(
    driver: FrameDriver,
    reopen: Reopen,
    { minDelayMs = 250, maxDelayMs = 4000 }: ReconnectOptions = {},
  ) {
    this.#driver = driver;
    this.#description = driver.describe();
    this.#reopen = reopen;
    this.#options = { minDelayMs, maxDelayMs };
    this.#delayMs = minDelayMs;
  }

  describe(): SourceDescription {
    const description = this.#driver?.describe() ?? this.#description;
    if (this.#reconnects === 0) return description;
    return { ...description, detail: `${description.detail}, reconnects: ${this.#reconnects}` };
  }

  dropped(): number {
    return this.#droppedBefore + (this.#driver?.dropped() ?? 0);
  }

  link(): SourceLink {
    return { connected: this.#fault === null, reconnects: this.#reconnects, fault: this.#fault };
  }

  async next(signal: AbortSignal): Promise<Frame | undefined> {
    const aborted = (): boolean => signal.aborted;
    while (!aborted()) {
      try {
        const frame = await (this.#driver ?? (await this.#connect(signal)))?.next(signal);
        if (!frame) return undefined;
        this.#lastSequence = frame.sequence;
        this.#fault = null;
        this.#delayMs = this.#options.minDelayMs;
        return frame;
      } catch (error) {
        if (aborted()) return undefined;
        if (!(error instanceof SourceError)) throw error;
        this.#fault = error.message;
        await this.close();
      }
    }
    return undefined;
  }

  async close(): Promise<void> {
    const driver = this.#driver;
    if (!driver) return;
    this.#driver = undefined;
    this.#description = driver.describe();
    this.#droppedBefore += driver.dropped();
    await driver.close();
  }

  /** Waits, then opens; undefined when the signal is aborted. */
  async #connect(signal: AbortSignal): Promise<FrameDriver | undefined> {
    await delay(this.#delayMs, undefined, { signal }).catch(() => undefined); // rejects only when aborted
    if (signal.aborted) return undefined;
    this.#delayMs = Math.min(this.#delayMs * 2, this.#options.maxDelayMs);
    this.#driver = await this.#reopen(this.#lastSequence + 1, signal);
    this.#reconnects += 1;
    return this.#driver;
  }
}
