import { execFileSync } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { setTimeout as delay } from 'node:timers/promises';
import type { ExecutionContext } from 'ava';
import { startTagalong, type Ended } from '../../../support/command-line.js';

export interface LogEntry {
  readonly level: number;
  readonly time: number;
  readonly msg: string;
  readonly part?: string;
  readonly reasons?: readonly string[];
  readonly url?: string;
  readonly err?: { readonly message: string };
}

/** A `tagalong run` in a process of its own, seen from outside: its log, its metrics, its health. */
export class RunningService {
  readonly ended: Promise<Ended>;
  readonly #child: ReturnType<typeof startTagalong>['child'];
  #log = '';
  #over = false;

  constructor(
    t: ExecutionContext,
    args: readonly string[],
    environment: Readonly<Record<string, string>> = {},
  ) {
    const http = ['--http-port', '0'];
    const { child, ended } = startTagalong(['run', ...http, ...args], environment);
    this.#child = child;
    this.ended = ended;
    child.stderr.on('data', (text: string) => (this.#log += text));
    void ended.then(() => (this.#over = true));
    t.teardown(async () => {
      child.kill('SIGKILL');
      await ended;
    });
  }

  get pid(): number {
    return this.#child.pid!;
  }

  entries(): LogEntry[] {
    const whole = this.#log.slice(0, this.#log.lastIndexOf('\n') + 1);
    return whole
      .split('\n')
      .filter((line) => line.startsWith('{'))
      .map((line) => JSON.parse(line) as LogEntry);
  }

  /** Waits for the first entry that fits; the test's own limit ends it otherwise. */
  async logged(fits: string | ((entry: LogEntry) => boolean), after = 0): Promise<LogEntry> {
    const wanted = typeof fits === 'string' ? ({ msg }: LogEntry) => msg === fits : fits;
    for (;;) {
      const found = this.entries().slice(after).find(wanted);
      if (found) return found;
      if (this.#over) throw new Error(`ended without it:\n${this.#log}`);
      await delay(20);
    }
  }

  async metric(line: string): Promise<number> {
    const text = await (await fetch(`${await this.#url()}/metrics`)).text();
    const found = text.split('\n').find((it) => it.startsWith(`${line} `));
    return Number(found?.slice(line.length + 1));
  }

  async health(): Promise<{ code: number; status: string; reasons: string[] }> {
    const response = await fetch(`${await this.#url()}/healthz`);
    const body = (await response.json()) as { status: string; reasons: string[] };
    return { code: response.status, ...body };
  }

  /** Waits for this health: on a busy machine frames may stay away for a while. */
  async becomes(status: string): Promise<{ code: number; status: string; reasons: string[] }> {
    for (;;) {
      const health = await this.health();
      if (health.status === status) return health;
      await delay(20);
    }
  }

  /** Waits until so many more tracks have been published. */
  async tracks(more: number): Promise<void> {
    const goal = (await this.metric('tagalong_tracks_total')) + more;
    while ((await this.metric('tagalong_tracks_total')) < goal) await delay(20);
  }

  signal(name: NodeJS.Signals): void {
    this.#child.kill(name);
  }

  /** Sends a command on standard input and waits for its answer. */
  async command(command: object): Promise<unknown> {
    this.#child.stdin.write(`${JSON.stringify(command)}\n`);
    const [answer] = (await once(this.#child.stdout, 'data')) as [string];
    return JSON.parse(answer) as unknown;
  }

  /** Ends it as a service manager does. */
  async stop(): Promise<Ended> {
    this.signal('SIGTERM');
    return this.ended;
  }

  async #url(): Promise<string> {
    const { url } = await this.logged('metrics and health are served');
    return url!;
  }
}

/** Builds a library to be preloaded; null when this machine has no C compiler. */
export function buildPreload(name: string, folder: string): string | null {
  const source = fileURLToPath(new URL(`../../../../../test/support/${name}.c`, import.meta.url));
  const library = join(folder, `${name.replaceAll('/', '-')}.so`);
  try {
    execFileSync('cc', ['--version'], { stdio: 'ignore' });
  } catch {
    return null;
  }
  execFileSync('cc', [
    '-std=gnu11',
    '-Wall',
    '-Wextra',
    '-Werror',
    '-O1',
    '-shared',
    '-fPIC',
    '-o',
    library,
    source,
  ]);
  return library;
}
