import { setTimeout as sleep } from 'node:timers/promises';
import type { Log } from '../../../core/ports/log.js';
import type { Channel, ChannelKind } from '../../mavlink/links/channel.js';
import type { ByteLink } from './byte-link.js';
import { Listeners } from './listeners.js';

export interface ChannelLinkOptions {
  /** For people: the URL. */
  readonly detail: string;
  readonly kind: ChannelKind;
  readonly log: Log;
  /** Wait before a link that broke is opened again, ms. */
  readonly retryMs?: number;
}

/** A serial line, UDP or TCP to a gimbal, opened again for as long as it takes when its cable was pulled. */
export class ChannelLink implements ByteLink {
  readonly detail: string;
  readonly #options: ChannelLinkOptions;
  readonly #bytes = new Listeners<[Uint8Array]>();
  readonly #opened = new Listeners<[]>();
  readonly #stop = new AbortController();
  readonly #running: Promise<void>;
  #channel: Channel | null = null;
  #fault = '';

  constructor(options: ChannelLinkOptions) {
    this.#options = options;
    this.detail = options.detail;
    this.#running = this.#run();
  }

  write(bytes: Uint8Array): boolean {
    return this.#channel?.write(Buffer.from(bytes)) ?? false;
  }

  onBytes(listener: (bytes: Uint8Array) => void): () => void {
    return this.#bytes.add(listener);
  }

  onOpen(listener: () => void): () => void {
    return this.#opened.add(listener);
  }

  async close(): Promise<void> {
    this.#stop.abort();
    await this.#channel?.close();
    await this.#running;
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }

  async #run(): Promise<void> {
    const { retryMs = 1000 } = this.#options;
    const { signal } = this.#stop;
    while (!signal.aborted) {
      await this.#openOnce(signal);
      await sleep(retryMs, undefined, { signal }).catch(() => undefined);
    }
  }

  async #openOnce(signal: AbortSignal): Promise<void> {
    const { kind, log } = this.#options;
    const isClosing = (): boolean => signal.aborted;
    try {
      const channel = await kind.open((bytes) => {
        this.#bytes.tell(bytes);
        return true;
      }, signal);
      if (isClosing()) {
        await channel.close();
        return;
      }
      this.#channel = channel;
      this.#fault = '';
      log.info({ link: this.detail }, `gimbal link ${this.detail} is open`);
      this.#opened.tell();
      const reason = await channel.ended;
      this.#channel = null;
      this.#report(`broke: ${reason}`);
    } catch (error) {
      this.#report(error instanceof Error ? error.message : String(error));
    }
  }

  /** The same fault is told once. */
  #report(fault: string): void {
    if (this.#stop.signal.aborted || fault === this.#fault) return;
    this.#fault = fault;
    this.#options.log.warn({ link: this.detail }, `gimbal link ${this.detail}: ${fault}; trying again`);
  }
}
