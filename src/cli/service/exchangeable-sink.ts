import type { Sink } from '../../core/ports/sink.js';
import type { Track } from '../../core/tracking/track.js';

/** A place among the loop's sinks that may be empty, and whose sink may be exchanged while the loop runs. */
export class ExchangeableSink<T extends Sink> implements Sink {
  readonly name: string;
  #current: T | null = null;
  #droppedBefore = 0;
  #closed = false;

  constructor(name: string) {
    this.name = name;
  }

  get current(): T | null {
    return this.#current;
  }

  get dropped(): number {
    return this.#droppedBefore + (this.#current?.dropped ?? 0);
  }

  /** Owns `next` from now on; closes it at once when the place is closed. @throws Error when something is there already. */
  async put(next: T): Promise<void> {
    if (this.#current) throw new Error(`${this.name}: the place is taken`);
    if (this.#closed) await next.close();
    else this.#current = next;
  }

  /** Empties the place, and closes what was in it. */
  async clear(): Promise<void> {
    const old = this.#current;
    this.#current = null;
    await old?.close();
    this.#droppedBefore += old?.dropped ?? 0;
  }

  publish(track: Track): void {
    if (this.#closed) this.#droppedBefore += 1;
    else this.#current?.publish(track);
  }

  async close(): Promise<void> {
    this.#closed = true;
    await this.clear();
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }
}
