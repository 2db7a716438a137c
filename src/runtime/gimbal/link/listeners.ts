/** Those who listen to one kind of event. */
export class Listeners<T extends readonly unknown[]> {
  readonly #all = new Set<(...event: T) => void>();

  add(listener: (...event: T) => void): () => void {
    const own = (...event: T): void => {
      listener(...event);
    };
    this.#all.add(own);
    return () => this.#all.delete(own);
  }

  tell(...event: T): void {
    for (const listener of this.#all) listener(...event);
  }
}
