import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { ExecutionContext } from 'ava';

/** Programs of our own in front of the PATH, until the test ends. Tests that use it must be serial. */
export class StandIns {
  readonly #folder: string;

  constructor(t: ExecutionContext, parent: string, { alone = false }: { readonly alone?: boolean } = {}) {
    this.#folder = join(parent, t.title.replaceAll(/\W+/g, '-'));
    mkdirSync(this.#folder);
    const { PATH = '' } = process.env;
    process.env['PATH'] = alone ? this.#folder : `${this.#folder}:${PATH}`;
    t.teardown(() => {
      process.env['PATH'] = PATH;
    });
  }

  /** A shell script under this name; it records its arguments, one a line, before `body` runs. */
  add(name: string, body: string): this {
    const record = join(this.#folder, `${name}.arguments`);
    const script = `#!/bin/sh\nprintf '%s\\n' "$@" > '${record}'\n${body}\n`;
    writeFileSync(join(this.#folder, name), script, { mode: 0o755 });
    return this;
  }

  /** Arguments of the last call. */
  argumentsOf(name: string): string[] {
    return readFileSync(join(this.#folder, `${name}.arguments`), 'utf8')
      .split('\n')
      .slice(0, -1);
  }
}
