import { execFile, spawn, type ChildProcessByStdio } from 'node:child_process';
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { access, mkdir, readFile, rename } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import type { Readable, Writable } from 'node:stream';
import { promisify } from 'node:util';

const run = promisify(execFile);

/** Why there can be no peer here; null: there can. */
export async function missingForPeer(): Promise<string | null> {
  if (!(await run('g++', ['--version']).catch(() => null))) return 'g++ is not installed';
  const header = '/usr/include/fastdds/dds/domain/DomainParticipant.hpp';
  const found = await access(header).then(
    () => true,
    () => false,
  );
  return found ? null : 'Fast DDS (libfastrtps-dev, libfastcdr-dev) is not installed';
}

/** Builds peer.cpp, once for every text of it. @returns the program */
export async function buildPeer(): Promise<string> {
  const source = new URL('../../../../test/ros/fastdds/peer.cpp', import.meta.url).pathname;
  const name = createHash('sha256')
    .update(await readFile(source))
    .digest('hex')
    .slice(0, 16);
  const folder = join(tmpdir(), 'tagalong-fastdds');
  const program = join(folder, name);
  await mkdir(folder, { recursive: true });
  const built = await access(program).then(
    () => true,
    () => false,
  );
  if (built) return program;
  const unfinished = `${program}.${process.pid}`;
  await run('g++', ['-std=c++17', '-O1', source, '-o', unfinished, '-lfastrtps', '-lfastcdr', '-lpthread']);
  await rename(unfinished, program);
  return program;
}

/** The running peer, commanded by lines; see peer.cpp. */
export class FastPeer implements AsyncDisposable {
  readonly #child: ChildProcessByStdio<Writable, Readable, null>;
  readonly #exit: Promise<unknown>;
  readonly #lines: string[] = [];
  #wake: () => void = () => undefined;

  constructor(program: string, ...args: string[]) {
    this.#child = spawn(program, args, { stdio: ['pipe', 'pipe', 'inherit'] });
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
