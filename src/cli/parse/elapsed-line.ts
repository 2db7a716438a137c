/** One line that says what is being done and for how long, for programs that are silent for minutes. Without a terminal, a line a step. */
export class ElapsedLine implements Disposable {
  readonly #stream: NodeJS.WriteStream;
  readonly #timer: NodeJS.Timeout | null;
  #step = '';
  #detail = '';
  #since = performance.now();

  constructor(stream: NodeJS.WriteStream) {
    this.#stream = stream;
    this.#timer = stream.isTTY
      ? setInterval(() => {
          this.#draw();
        }, 500)
      : null;
    this.#timer?.unref();
  }

  show(step: string, detail: string): void {
    if (step !== this.#step) {
      this.#since = performance.now();
      if (this.#timer === null) this.#stream.write(`${step}\n`);
    }
    [this.#step, this.#detail] = [step, detail];
  }

  /** Clears the line. */
  end(): void {
    if (this.#timer === null) return;
    clearInterval(this.#timer);
    this.#stream.write('\r\x1b[K');
  }

  [Symbol.dispose](): void {
    this.end();
  }

  #draw(): void {
    if (this.#step === '') return;
    const seconds = Math.round((performance.now() - this.#since) / 1000);
    const width = this.#stream.columns;
    this.#stream.write(`\r\x1b[K${`${this.#step}, ${seconds} s  ${this.#detail}`.slice(0, width - 1)}`);
  }
}
