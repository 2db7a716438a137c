import type { SharedFrame } from '../../core/image/shared-frame.js';

/** A frame for the loop, and when it came (ns of CLOCK_MONOTONIC). */
export interface Delivery {
  readonly frame: SharedFrame;
  readonly deliveredAtNs: bigint;
}

/** Where reader and commands leave what the loop is to do next. Only the newest unread frame is held; the rest is counted. */
export class FrameInbox {
  #unread: Delivery | null = null;
  #outcome: { readonly fault?: unknown } | null = null;
  #wake: (() => void) | null = null;
  #rung = false;
  #passedBy = 0;

  /** Frames displaced before the loop took them. */
  get passedBy(): number {
    return this.#passedBy;
  }

  put(delivery: Delivery): void {
    if (this.#unread) this.#passedBy += 1;
    this.#unread?.frame.dispose();
    this.#unread = delivery;
    this.ring();
  }

  /** No more frames; with a fault, `take` throws it once what came before is taken. */
  end(outcome: { readonly fault?: unknown }): void {
    this.#outcome ??= outcome;
    this.ring();
  }

  /** Has `take` return, with or without a frame. */
  ring(): void {
    this.#rung = true;
    this.#wake?.();
  }

  /** The newest frame; null when there is none but the bell was rung; undefined at the end. */
  async take(): Promise<Delivery | null | undefined> {
    while (!this.#rung) await new Promise<void>((resolve) => (this.#wake = resolve));
    this.#wake = null;
    const unread = this.#unread;
    this.#unread = null;
    if (!unread && this.#outcome) {
      if ('fault' in this.#outcome) throw this.#outcome.fault;
      return undefined;
    }
    this.#rung = this.#outcome !== null; // at the end there is always something to tell
    return unread;
  }

  /** Disposes what was not taken. */
  [Symbol.dispose](): void {
    this.#unread?.frame.dispose();
    this.#unread = null;
  }
}
