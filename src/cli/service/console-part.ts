import { join } from 'node:path';
import type { FrameTap } from '../../core/ports/frame-tap.js';
import type { Config } from '../../runtime/config/schema.js';
import { createToken, type Tokens } from '../../runtime/console/access/tokens.js';
import type { ConsoleServer } from '../../runtime/console/console-server.js';
import { EventLog } from '../../runtime/console/live/events.js';
import type { ConsoleSubject } from '../../runtime/console/live/subject.js';
import { openConsole } from '../../runtime/console/open-console.js';
import type { Log } from '../../runtime/log/log.js';
import { packageRoot } from '../package-root.js';
import { ExchangeableSink } from './exchangeable-sink.js';

/** How a command wants its console. */
export interface ConsoleWishes {
  /** Ports tried after the configured one, where that is taken. */
  readonly morePorts?: number;
  /** Told when it is open, and after every reload that has opened it anew. */
  readonly onOpen?: (console: ConsoleServer) => Promise<void> | void;
}

/** Where vite puts the page: see scripts/build.mjs. */
const pageDir = join(packageRoot, 'dist/console');

/** The web console's place in the service: what of it outlives a reload. */
export class ConsolePart {
  readonly sink = new ExchangeableSink<ConsoleServer>('console');
  readonly events = new EventLog();
  readonly #wishes: ConsoleWishes;
  /** For where no file holds one: the same for the whole run. */
  readonly #tokens: Tokens = { command: createToken(), view: createToken() };

  constructor(wishes: ConsoleWishes = {}) {
    this.#wishes = wishes;
  }

  get tap(): FrameTap {
    return { name: 'console', see: (frame) => this.sink.current?.see(frame) };
  }

  /** @throws UsageError when it cannot be opened. */
  async open(options: Config['console'], subject: ConsoleSubject, log: Log): Promise<void> {
    await this.sink.clear();
    if (!options) return;
    const { morePorts = 0, onOpen } = this.#wishes;
    const opened = await openConsole(options, {
      ...{ subject, pageDir, morePorts, log },
      events: this.events,
      tokens: this.#tokens,
    });
    await this.sink.put(opened);
    log.info({ url: opened.addresses[0] }, 'the console is served');
    await onOpen?.(opened);
  }
}
