/**
 * Hands items from a producer to one consumer, in order: first every item put, then the end or the fault.
 *
 * `take` gives `undefined` at the end and when its signal is aborted; it throws the fault once the items are used up.
 */
export class Handoff<T> {
  protected readonly items: T[] = [];
  #outcome: { readonly fault?: Error } | undefined;
  #wake: (() => void) | undefined;

  /** False when the handoff has ended: the item was not taken in, the producer still owns it. */
  put(item: T): boolean {
    if (this.#outcome) return false;
    this.items.push(item);
    this.#wake?.();
    return true;
  }

  /** No more items; the first end or fault counts. */
  end(fault?: Error): void {
    this.#outcome ??= fault ? { fault } : {};
    this.#wake?.();
  }

  async take(signal?: AbortSignal): Promise<T | undefined> {
    for (;;) {
      if (signal?.aborted) return undefined;
      const item = this.items.shift();
      if (item !== undefined) return item;
      if (this.#outcome?.fault) throw this.#outcome.fault;
      if (this.#outcome) return undefined;
      await this.#change(signal);
    }
  }

  /** The next item if there is one now. */
  poll(): T | undefined {
    return this.items.shift();
  }

  /** Removes and returns what was not taken, so that its owner can release it. */
  drain(): T[] {
    return this.items.splice(0);
  }

  #change(signal: AbortSignal | undefined): Promise<void> {
    return new Promise((resolve) => {
      const wake = (): void => {
        signal?.removeEventListener('abort', wake);
        this.#wake = undefined;
        resolve();
      };
      this.#wake = wake;
      signal?.addEventListener('abort', wake, { once: true });
    });
  }
}
