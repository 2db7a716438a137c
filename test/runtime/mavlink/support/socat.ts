import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { until } from './until.js';

export const socatProgram = 'socat';

/** Two serial ports with a cable between them, which can be pulled. */
export class Cable implements AsyncDisposable {
  readonly ours: string;
  readonly theirs: string;
  #child: ReturnType<typeof spawn> | null = null;

  private constructor(folder: string) {
    this.ours = join(folder, 'ours');
    this.theirs = join(folder, 'theirs');
  }

  static async plug(folder: string): Promise<Cable> {
    const cable = new Cable(folder);
    await cable.plugIn();
    return cable;
  }

  async plugIn(): Promise<void> {
    const ends = [this.ours, this.theirs].map((link) => `pty,raw,echo=0,link=${link}`);
    this.#child = spawn(socatProgram, ends, { stdio: 'ignore' });
    await until(() => existsSync(this.ours) && existsSync(this.theirs), 'the serial ports');
  }

  async pull(): Promise<void> {
    const child = this.#child;
    this.#child = null;
    if (!child) return;
    const exited = once(child, 'exit');
    child.kill('SIGTERM');
    await exited;
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.pull();
  }
}
