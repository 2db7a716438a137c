import { Handoff } from './handoff.js';

/**
 * A mailbox that holds only the newest item: what a live consumer that was busy finds is never stale.
 *
 * An item that is displaced unread is given to `discard` (to dispose it) and counted.
 */
export class LatestMailbox<T> extends Handoff<T> {
  readonly #discard: (item: T) => void;
  #dropped = 0;

  constructor(discard: (item: T) => void = () => undefined) {
    super();
    this.#discard = discard;
  }

  /** Items displaced before anyone read them. */
  get dropped(): number {
    return this.#dropped;
  }

  override put(item: T): boolean {
    const taken = super.put(item);
    for (const old of this.items.splice(0, this.items.length - 1)) {
      this.#dropped += 1;
      this.#discard(old);
    }
    return taken;
  }
}
