import { spawn, type ChildProcessByStdio } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import type { Readable, Writable } from 'node:stream';

/** A running peer of another make, commanded by lines and answering by lines; its source says by which. */
export class PeerProcess implements AsyncDisposable {
  readonly #child: ChildProcessByStdio<Writable, Readable, null>;
  readonly #exit: Promise<unknown>;
  readonly #lines: string[] = [];
  #wake: () => void = () => undefined;

  constructor(program: string, args: readonly string[], variables: Readonly<Record<string, string>> = {}) {
    const env = { ...process.env, ...variables };
    this.#child = spawn(program, args, { env, stdio: ['pipe', 'pipe', 'inherit'] });
    this.#child.stdin.on('error', () => undefined); // killed: the test knows
    this.#exit = once(this.#child, 'exit');
    createInterface({ input: this.#child.stdout }).on('line', (line) => {
      this.#lines.push(line);
      this.#wake();
    });
  }

  /** Everything it has said, and nobody has taken. */
  get said(): readonly string[] {
    return this.#lines;
  }

  tell(...lines: string[]): void {
    this.#child.stdin.write(`${lines.join('\n')}\n`);
  }

  /** Waits for a line that fits, takes it out, and gives what the expression's group caught. */
  async hear(pattern: RegExp): Promise<string> {
    const deadline = Date.now() + 60_000;
    for (;;) {
      const at = this.#lines.findIndex((line) => pattern.test(line));
      if (at >= 0) {
        const [line] = this.#lines.splice(at, 1);
        return pattern.exec(line!)![1] ?? '';
      }
      const left = deadline - Date.now();
      if (left <= 0)
        throw new Error(`the peer did not say ${String(pattern)}, but ${this.#lines.join(' | ')}`);
      await new Promise<void>((resolve) => {
        const timer = setTimeout(resolve, left);
        this.#wake = () => {
          clearTimeout(timer);
          resolve();
        };
      });
    }
  }

  async kill(): Promise<void> {
    this.#child.kill('SIGKILL');
    await this.#exit;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.kill();
  }
}
