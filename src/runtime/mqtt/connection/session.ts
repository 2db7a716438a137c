import type { IPublishPacket, MqttClient } from 'mqtt';
import type { ProtocolVersion } from './open-session.js';
import type { Publication } from './publication.js';

/** Bytes that may wait for the network before tracks are left out. */
const maxBacklogBytes = 4096;
/** A broker that owes an acknowledgement for longer than this gets no more tracks: they would come out late, all at once. */
const staleAfterMs = 2000;

/** One connection to the broker, from its acceptance to its end. It never reconnects and never queues for later. */
export class Session {
  /** Resolves when the connection is over, with the reason. */
  readonly ended: Promise<string>;
  readonly version: ProtocolVersion;
  readonly #client: MqttClient;
  readonly #openedAtMs = performance.now();
  /** Acknowledgements the broker owes us, oldest first. */
  readonly #owed = new Set<Owed>();
  #over = false;

  constructor(client: MqttClient, version: ProtocolVersion) {
    this.#client = client;
    this.version = version;
    this.ended = ending(client).then((reason) => {
      this.#over = true;
      for (const { reject } of this.#owed) reject(new Error(reason)); // mqtt.js would leave them waiting
      this.#owed.clear();
      return reason;
    });
  }

  /** For how long it has been open. */
  get ageMs(): number {
    return performance.now() - this.#openedAtMs;
  }

  /** True from the goodbye, or the end, on. */
  get over(): boolean {
    return this.#over || this.#client.disconnecting;
  }

  /** False: what is sent now would wait, in the socket or at a broker that does not answer. */
  get flowing(): boolean {
    if (this.over || !this.#client.connected) return false;
    if (this.#client.stream.writableLength > maxBacklogBytes) return false;
    const [oldest] = this.#owed; // a Set keeps the order of insertion
    return oldest === undefined || performance.now() - oldest.sinceMs < staleAfterMs;
  }

  /** Sends at once, without acknowledgement. */
  send(publication: Publication): void {
    const { topic, payload } = publication;
    this.#client.publish(topic, payload, this.#options(publication));
  }

  /** Sends and waits for the acknowledgement. @throws when the broker refuses it, or the connection ends before. */
  deliver(publication: Publication): Promise<void> {
    const { topic, payload } = publication;
    if (this.over) return Promise.reject(new Error('the connection is over'));
    return new Promise((resolve, reject) => {
      const owed = { sinceMs: performance.now(), reject };
      this.#owed.add(owed);
      this.#client.publish(topic, payload, this.#options(publication), (error) => {
        this.#owed.delete(owed);
        if (error) reject(error);
        else resolve();
      });
    });
  }

  /** Hears a topic from now on, messages kept by the broker too. @throws when the broker refuses it. */
  async subscribe(topic: string, onMessage: (packet: IPublishPacket) => void): Promise<void> {
    this.#client.on('message', (heard, _payload, packet) => {
      if (heard === topic) onMessage(packet);
    });
    // MQTT 5: as published, so that a command sent to be kept is recognised at once
    const asPublished = this.version === '5' ? { rap: true } : {};
    await this.#client.subscribeAsync(topic, { qos: 1, ...asPublished });
  }

  /** Takes leave: the broker does not publish the will. Waits `timeoutMs` at most. */
  async leave(timeoutMs: number): Promise<void> {
    const force = setTimeout(() => this.#client.stream.destroy(), timeoutMs);
    this.#client.end();
    await this.ended;
    clearTimeout(force);
  }

  #options({ qos, retain, properties }: Publication) {
    return { qos, retain, ...(this.version === '5' && properties && { properties }) };
  }
}

interface Owed {
  readonly sinceMs: number;
  readonly reject: (error: Error) => void;
}

/** @returns why the connection ended: what the broker said, what went wrong, or that it was just closed. */
function ending(client: MqttClient): Promise<string> {
  let reason = 'closed by the broker';
  client.on('error', ({ message }) => (reason = message));
  client.on('disconnect', ({ reasonCode }) => {
    reason = reasonCode === takenOver ? 'another client came with the same device name' : reason;
  });
  return new Promise((resolve) => {
    client.once('close', () => {
      resolve(reason);
    });
  });
}

/** MQTT 5, section 3.14.2.1. */
const takenOver = 142;
