import type { Log } from '../../core/ports/log.js';
import { channels, type ChannelName, type Topics } from './channels.js';
import type { Publication } from './connection/publication.js';
import type { Session } from './connection/session.js';
import type { Codec } from './messages/codec.js';

/** Addresses what is said, and hears what the broker says to it. */
export class Outbox {
  readonly #topics: Topics;
  readonly #codec: Codec;
  readonly #log: Log;
  readonly #toldRefusals = new Set<ChannelName>();

  constructor(topics: Topics, codec: Codec, log: Log) {
    this.#topics = topics;
    this.#codec = codec;
    this.#log = log;
  }

  message(channel: ChannelName, message: object): Publication {
    const { qos, retain } = channels[channel];
    const { encode, properties } = this.#codec;
    return { topic: this.#topics[channel], payload: encode(message), qos, retain, properties };
  }

  /** A bare word, as everyone writes it who tells of availability. */
  availability(word: 'online' | 'offline'): Publication {
    const { qos, retain } = channels.availability;
    return { topic: this.#topics.availability, payload: word, qos, retain };
  }

  /** Once, or never: where there is no connection nobody waits for it. */
  deliver(channel: ChannelName, publication: Publication, session: Session | null): void {
    session?.deliver(publication).catch((error: unknown) => {
      if (!session.over) this.refused(channel, error as Error);
    });
  }

  /** Tells, once for a channel, that the broker does not take it. */
  refused(channel: ChannelName, err: Error): void {
    if (this.#toldRefusals.has(channel)) return;
    this.#toldRefusals.add(channel);
    const topic = this.#topics[channel];
    this.#log.error({ err, topic }, `the broker refuses what is published to ${topic}: ${err.message}`);
  }
}
