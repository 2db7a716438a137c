import type { FrameTap } from '../../core/ports/frame-tap.js';
import type { Config } from '../../runtime/config/schema.js';
import { createToken, type Tokens } from '../../runtime/console/access/tokens.js';
import type { ConsoleServer } from '../../runtime/console/console-server.js';
import { EventLog } from '../../runtime/console/live/events.js';
import type { ConsoleSubject, SinkFacts } from '../../runtime/console/live/subject.js';
import { openConsole } from '../../runtime/console/open-console.js';
import { consolePageDir } from '../package-root.js';
import { ExchangeableSink } from './exchangeable-sink.js';
import type { Part, PartContext } from './part.js';

/** How a command wants its console. */
export interface ConsoleWishes {
  /** Ports tried after the configured one, where that is taken. */
  readonly morePorts?: number;
  /** Told when it is open, and after every reload that has opened it anew. */
  readonly onOpen?: (console: ConsoleServer) => Promise<void> | void;
}

/** The web console's place in the service: what of it outlives a reload. */
export class ConsolePart implements Part {
  readonly sink = new ExchangeableSink<ConsoleServer>('console');
  readonly tap: FrameTap = { name: 'console', see: (frame) => this.sink.current?.see(frame) };
  readonly events = new EventLog();
  readonly #subject: () => ConsoleSubject;
  readonly #wishes: ConsoleWishes;
  /** For where no file holds one: the same for the whole run. */
  readonly #tokens: Tokens = { command: createToken(), view: createToken() };

  /** @param subject the service as the console sees it */
  constructor(subject: () => ConsoleSubject, wishes: ConsoleWishes = {}) {
    this.#subject = subject;
    this.#wishes = wishes;
  }

  /** @throws UsageError when it cannot be opened. */
  async open({ console }: Config, { log }: PartContext): Promise<void> {
    await this.sink.clear();
    if (!console) return;
    const { morePorts = 0, onOpen } = this.#wishes;
    const opened = await openConsole(console, {
      ...{ subject: this.#subject(), pageDir: consolePageDir, morePorts, log },
      events: this.events,
      tokens: this.#tokens,
    });
    await this.sink.put(opened);
    log.info({ url: opened.addresses[0] }, 'the console is served');
    await onOpen?.(opened);
  }

  troubles(): string[] {
    return [];
  }

  facts(): SinkFacts {
    return { state: 'ok', detail: `pages open: ${this.sink.current?.viewers ?? 0}` };
  }
}
