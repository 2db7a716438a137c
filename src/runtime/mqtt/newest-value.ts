import type { Publication } from './connection/publication.js';
import type { Session } from './connection/session.js';

/**
 * Keeps the receivers of a topic at its newest value. One publication is under way at a time; of the values that come
 * meanwhile only the newest goes out after it. Nothing is kept for a later connection but by `resume`.
 */
export class NewestValue {
  readonly #onRefused: (error: Error) => void;
  #newest: Publication | null = null;
  #due = false;
  #busy: Session | null = null;

  /** @param onRefused told when the broker refuses a publication (MQTT 5). */
  constructor(onRefused: (error: Error) => void) {
    this.#onRefused = onRefused;
  }

  /** Makes it the newest value, and sends it where there is a connection. */
  offer(publication: Publication, session: Session | null): void {
    this.#newest = publication;
    this.#due = true;
    if (session) void this.#pump(session);
  }

  /** Sends the newest value, if there is one, on a new connection. */
  resume(session: Session): void {
    this.#due = this.#newest !== null;
    void this.#pump(session);
  }

  async #pump(session: Session): Promise<void> {
    if (this.#busy === session) return;
    this.#busy = session;
    while (this.#due && this.#newest && this.#busy === session) {
      this.#due = false;
      try {
        await session.deliver(this.#newest);
      } catch (error) {
        if (session.over) break;
        this.#onRefused(error as Error);
      }
    }
    if (this.#busy === session) this.#busy = null;
  }
}
