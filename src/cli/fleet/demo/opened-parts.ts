/** Closes what was opened, the last first, whatever happens; then does what remains. */
export class OpenedParts implements AsyncDisposable {
  readonly #parts: AsyncDisposable[] = [];
  readonly #last: () => Promise<void>;

  constructor(last: () => Promise<void>) {
    this.#last = last;
  }

  use<T extends AsyncDisposable>(part: T): T {
    this.#parts.push(part);
    return part;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const part of this.#parts.splice(0).reverse()) await part[Symbol.asyncDispose]();
    await this.#last();
  }
}
