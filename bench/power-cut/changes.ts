import { type FSWatcher, watch } from 'node:fs';
import { join } from 'node:path';

/** Counts what an agent's process changes in its folders: files written, made, renamed, removed. */
export class Changes {
  readonly #watchers: FSWatcher[];
  #count = 0;
  #wanted = Infinity;
  #reached: () => void = () => undefined;

  /** @param state an agent's folder, with both slots in it */
  constructor(state: string) {
    const folders = ['', 'downloads', 'models', 'models/a', 'models/b'];
    this.#watchers = folders.map((folder) => watch(join(state, folder), this.#take));
  }

  /** Until so many were seen. */
  async until(count: number): Promise<void> {
    this.#wanted = count;
    await new Promise<void>((resolve) => {
      this.#reached = resolve;
    });
  }

  /** @returns how many were seen */
  close(): number {
    for (const watcher of this.#watchers) watcher.close();
    return this.#count;
  }

  readonly #take = (): void => {
    this.#count += 1;
    if (this.#count >= this.#wanted) this.#reached();
  };
}
