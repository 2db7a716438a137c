import { readlink, realpath } from 'node:fs/promises';
import { basename } from 'node:path';
import type { Control } from '../../core/ports/control.js';
import type { Log } from '../../core/ports/log.js';

/** How often the link is read; and how long a model that could not be opened is left alone. */
const [lookMs, retryMs] = [1000, 15_000];

/** The folder a model path stands for now, whatever links lead there; the path itself when that cannot be told. */
export function resolvedModel(path: string): Promise<string> {
  return realpath(path).catch(() => path);
}

export interface ModelFollowerOptions {
  /** The configured path; followed when it is a link to a folder beside it, as an agent's `current` is. */
  readonly path: string;
  /** The folder that was opened at the start. */
  readonly opened: string;
  readonly control: Control;
  readonly log: Log;
}

/**
 * Has the running service go on with another model when the link it was started through is turned: the command `model`, given by the
 * program itself. What is read once a second needs no notification that could be lost, and works on every file system.
 */
export class ModelFollower implements Disposable {
  readonly #options: ModelFollowerOptions;
  readonly #timer: NodeJS.Timeout;
  readonly #stopListening: () => void;
  #folder: string;
  /** What the link said when it was last obeyed: another model that a person asked for stays until it is turned. */
  #obeyed: string;
  #failed: { readonly target: string; readonly atMs: number } | null = null;
  #busy = false;

  constructor(options: ModelFollowerOptions) {
    this.#options = options;
    this.#folder = basename(options.opened);
    this.#obeyed = this.#folder;
    this.#stopListening = options.control.onCommand(({ command, answer }) => {
      if (command?.kind === 'model' && answer.accepted) this.#folder = command.name;
    });
    this.#timer = setInterval(() => void this.#look(), lookMs);
    this.#timer.unref();
  }

  /** Folder of the model in use, the last name of its path. */
  get folder(): string {
    return this.#folder;
  }

  [Symbol.dispose](): void {
    clearInterval(this.#timer);
    this.#stopListening();
  }

  async #look(): Promise<void> {
    if (this.#busy) return;
    this.#busy = true;
    try {
      await this.#follow();
    } finally {
      this.#busy = false;
    }
  }

  async #follow(): Promise<void> {
    const { path, control, log } = this.#options;
    const target = await readlink(path).catch(() => null); // no link: there is nothing to follow
    if (target === null || target.includes('/') || target === this.#obeyed) return;
    const failed = this.#failed;
    if (failed?.target === target && performance.now() - failed.atMs < retryMs) return;
    const answer = await control.execute(
      { kind: 'model', name: target },
      { kind: 'local', name: 'model.path' },
    );
    this.#failed = answer.accepted ? null : { target, atMs: performance.now() };
    if (answer.accepted) this.#obeyed = target;
    if (answer.accepted) log.info({ folder: target }, 'the link was turned: another model took over');
    else log.error({ folder: target, reason: answer.reason }, 'the link was turned, but the model stays');
  }
}
