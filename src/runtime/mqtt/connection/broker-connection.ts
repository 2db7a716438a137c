import { setTimeout as sleep } from 'node:timers/promises';
import type { Log } from '../../../core/ports/log.js';
import type { MqttOptions } from '../options.js';
import { explainFailure } from './explain-failure.js';
import { negotiateSession } from './negotiate-session.js';
import type { Publication } from './publication.js';
import type { Session } from './session.js';

export interface BrokerConnectionOptions {
  readonly options: MqttOptions;
  readonly log: Log;
  /** What the broker tells everyone when this connection breaks. */
  readonly will: Publication;
  /** Called with every new connection. */
  readonly onSession: (session: Session) => void;
}

/**
 * Keeps a connection to the broker: tries again, with growing waits, until it is closed. A broker that is absent or
 * refuses is told once to the log, and again when the reason changes.
 */
export class BrokerConnection {
  readonly #options: BrokerConnectionOptions;
  readonly #stop = new AbortController();
  readonly #running: Promise<void>;
  #session: Session | null = null;
  #failure: string | null = null;
  #failures = 0;
  #connections = 0;

  constructor(options: BrokerConnectionOptions) {
    this.#options = options;
    this.#running = this.#run();
  }

  /** The present connection, or null. */
  get session(): Session | null {
    return this.#session;
  }

  /** Why there is no connection; null when there is one, or none was tried yet. */
  get failure(): string | null {
    return this.#failure;
  }

  /** Connections made so far. */
  get connections(): number {
    return this.#connections;
  }

  /** Stops trying, and leaves the broker in good order after `farewell`. Idempotent. */
  async close(farewell: (session: Session) => Promise<void>, timeoutMs: number): Promise<void> {
    if (!this.#stopped) {
      this.#stop.abort();
      const session = this.#session;
      if (session) {
        const limit = new AbortController();
        await Promise.race([
          farewell(session).catch(() => undefined),
          sleep(timeoutMs, undefined, { signal: limit.signal }).catch(() => undefined),
        ]);
        limit.abort();
        await session.leave(timeoutMs);
      }
    }
    await this.#running;
  }

  get #stopped(): boolean {
    return this.#stop.signal.aborted;
  }

  async #run(): Promise<void> {
    const { signal } = this.#stop;
    while (!signal.aborted) {
      const session = await this.#connect();
      if (session && this.#stopped) await session.leave(0);
      else if (session) await this.#use(session);
      await sleep(this.#wait(), undefined, { signal }).catch(() => undefined);
    }
  }

  /** Null when it failed. */
  async #connect(): Promise<Session | null> {
    const { options, will } = this.#options;
    const { signal } = this.#stop;
    try {
      return await negotiateSession(options, will, signal);
    } catch (error) {
      if (signal.aborted) return null;
      this.#failures += 1;
      this.#report(explainFailure(error, options));
      return null;
    }
  }

  async #use(session: Session): Promise<void> {
    const { options, log, onSession } = this.#options;
    const { url } = options;
    log.info({ url, protocol: session.version }, `connected to ${url} (MQTT ${session.version})`);
    this.#session = session;
    this.#failure = null;
    this.#connections += 1;
    onSession(session);
    const reason = await session.ended;
    this.#session = null;
    if (this.#stopped) return;
    // a connection that did not last is as good as none: two devices of one name would else throw each other out for ever
    this.#failures = session.ageMs > lastingMs ? 0 : this.#failures + 1;
    const hint = this.#failures < tellingFailures ? '' : ` (is there another "${options.device}"?)`;
    this.#report(`mqtt.url "${url}": connection lost: ${reason}${hint}`);
  }

  #report(failure: string): void {
    const { log } = this.#options;
    const tell = failure === this.#failure ? log.debug.bind(log) : log.warn.bind(log);
    this.#failure = failure;
    tell({ attempts: this.#failures }, `${failure}; tracking goes on, trying again`);
  }

  /** Doubles with every failure; a random part keeps a fleet from knocking all at once. */
  #wait(): number {
    const { minMs, maxMs } = this.#options.options.reconnect;
    const longest = Math.min(maxMs, minMs * 2 ** Math.min(Math.max(0, this.#failures - 1), 30));
    return longest * (0.75 + Math.random() / 4);
  }
}

const lastingMs = 5000;
/** Short connections after each other that make one look for another device of the same name: not every broker says so. */
const tellingFailures = 3;
