import type { ConsoleEvent, ConsoleEventLevel } from '../../../core/console/server-messages.js';

/** What a page that comes later still hears of. */
const mostKept = 300;

/** The newest events, numbered; whoever listens hears of each. */
export class EventLog {
  readonly #events: ConsoleEvent[] = [];
  readonly #listeners = new Set<(event: ConsoleEvent) => void>();
  readonly #now: () => number;
  #last = 0;

  /** @param now ms since 1970. */
  constructor(now: () => number = Date.now) {
    this.#now = now;
  }

  /** Oldest first. */
  get events(): readonly ConsoleEvent[] {
    return this.#events;
  }

  add(level: ConsoleEventLevel, text: string): void {
    this.#last += 1;
    const event = { number: this.#last, atMs: this.#now(), level, text };
    this.#events.push(event);
    if (this.#events.length > mostKept) this.#events.shift();
    for (const listener of this.#listeners) listener(event);
  }

  /** @returns how to stop listening. */
  listen(listener: (event: ConsoleEvent) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }
}
