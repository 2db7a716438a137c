import { fork, spawn, spawnSync, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';

/** What a process of this bench says of itself when it is asked. */
export interface Usage {
  /** CLOCK_MONOTONIC, ns. */
  readonly atNs: string;
  /** Processor time of all threads, ms. */
  readonly cpuMs: number;
  /** Resident set, MB. */
  readonly rss: number;
  /** Frames read, tracks published or heard, images sent. */
  readonly count: number;
  readonly latenciesMs: readonly number[];
}

/** One of this bench's programs in a process of its own. */
export class Role implements AsyncDisposable {
  readonly #child: ChildProcess;
  readonly #ended: Promise<never>;

  private constructor(child: ChildProcess) {
    this.#child = child;
    this.#ended = once(child, 'exit').then(() => {
      throw new Error('a process of the bench ended');
    });
    this.#ended.catch(() => undefined); // at the end of the bench nobody waits any more
  }

  /** @param core that it is held on; null: where this process is. */
  static async open(
    program: string,
    core: number | null,
    variables: Readonly<Record<string, string>>,
    ...args: string[]
  ): Promise<Role> {
    const file = join(import.meta.dirname, `${program}.js`);
    const env = { ...process.env, ...variables };
    const child =
      core === null
        ? fork(file, args, { env, execArgv: [] })
        : spawn('taskset', ['-c', String(core), process.execPath, file, ...args], {
            env,
            stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
          });
    const role = new Role(child);
    await role.#answer();
    return role;
  }

  /** What has gathered since the last time it was asked. */
  async read(): Promise<Usage> {
    this.#child.send('read');
    return (await this.#answer()) as Usage;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    if (this.#child.exitCode !== null) return;
    const exited = once(this.#child, 'exit');
    this.#child.disconnect();
    await exited;
  }

  async #answer(): Promise<unknown> {
    const [message] = (await Promise.race([once(this.#child, 'message'), this.#ended])) as [unknown];
    return message;
  }
}

/** The other side: says that it is ready, and what has gathered as often as it is asked. Ends with its parent. */
export function play(
  gathered: () => { readonly count: number; readonly latenciesMs: readonly number[] },
): void {
  process.on('message', () => {
    const { user, system } = process.cpuUsage();
    const usage: Usage = {
      atNs: String(process.hrtime.bigint()),
      cpuMs: (user + system) / 1000,
      rss: process.memoryUsage.rss() / 1e6,
      ...gathered(),
    };
    process.send!(usage);
  });
  process.on('disconnect', () => {
    process.exit();
  });
  process.send!('ready');
}

/** A core that this process is not held on; null where there is none, or no taskset. */
export function otherCore(cores: number, own: string): number | null {
  if (spawnSync('taskset', ['--version']).error !== undefined) return null;
  const other = Array.from({ length: cores }, (_, core) => core).find((core) => String(core) !== own);
  return other ?? null;
}
