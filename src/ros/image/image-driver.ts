import { SourceError } from '../../core/errors.js';
import type { Frame } from '../../core/image/frame.js';
import type { SourceDescription, SourceLink } from '../../core/ports/frame-source.js';
import type { Log } from '../../core/ports/log.js';
import { LatestMailbox } from '../../core/sources/latest-mailbox.js';
import type { FrameDriver } from '../../core/sources/frame-driver.js';
import type { QosProfile, RawMessage, RosParticipant, RosSubscription } from '../backend.js';
import { FrameHeaders } from './frame-headers.js';
import { ImagePool } from './image-pool.js';
import { capturedAt, type Clocks } from './stamp.js';
import { imageTypes, receive, type ImageKind, type Received } from './to-frame.js';

export interface ImageDriverOptions {
  readonly participant: RosParticipant;
  /** As a person wrote it. */
  readonly uri: string;
  readonly topic: string;
  readonly kind: ImageKind;
  readonly qos: QosProfile;
  /** Frames a reader may hold; 0: hardly more than one. */
  readonly holdable: number;
  /** Silence of this length is a fault: thrown, or waited out where it reconnects. */
  readonly stallMs: number;
  readonly reconnect: boolean;
  readonly log: Log;
  readonly clocks?: () => Clocks;
}

/** The one the tracker works on, one unread, one that comes, one to spare. */
const ownBuffers = 4;
/** How often silence is looked for. */
const watchMs = 100;

/** Images of a topic as frames: the newest only, in their own format. A publisher that goes away may come back. */
export class ImageDriver implements FrameDriver {
  readonly headers = new FrameHeaders();
  readonly #options: ImageDriverOptions;
  readonly #clocks: () => Clocks;
  readonly #pool: ImagePool;
  readonly #mailbox = new LatestMailbox<Frame>((frame) => {
    frame.dispose();
  });
  readonly #subscription: RosSubscription;
  readonly #watch: NodeJS.Timeout;
  #first: Received | null = null;
  #sequence = 0;
  #lastCaptureNs = 0n;
  #heardAtNs: bigint;
  #refused = 0;
  #refusal: string | null = null;
  #fault: string | null = null;
  #reconnects = 0;

  constructor(options: ImageDriverOptions) {
    const { participant, kind, topic, qos, holdable, clocks = clocksNow } = options;
    this.#options = options;
    this.#clocks = clocks;
    this.#pool = new ImagePool(ownBuffers + holdable);
    this.#heardAtNs = clocks().monotonicNs;
    this.#subscription = participant.subscribeRaw(imageTypes[kind], topic, qos, (message) => {
      this.#receive(message);
    });
    this.#watch = setInterval(() => {
      this.#listen();
    }, watchMs);
    this.#watch.unref();
  }

  /** @throws Error before the first frame has come. */
  describe(): SourceDescription {
    const { uri, topic, participant, holdable, kind } = this.#options;
    if (!this.#first) throw new Error(`${uri}: nothing has come yet`);
    const { encoding, frame } = this.#first;
    const { width, height, format } = frame;
    const what = `${imageTypes[kind]} ${encoding}`;
    return {
      ...{ uri, width, height, format, fps: null, live: true },
      ...(holdable > 0 && { holdable }),
      detail: `${participant.nameOf(topic)}, ${what}, ${participant.detail}`,
    };
  }

  dropped(): number {
    return this.#mailbox.dropped + this.#refused;
  }

  link(): SourceLink {
    return { connected: this.#fault === null, reconnects: this.#reconnects, fault: this.#fault };
  }

  next(signal: AbortSignal): Promise<Frame | undefined> {
    return this.#mailbox.take(signal);
  }

  /** Gives an unread frame back: it is the newest until another comes. */
  putBack(frame: Frame): void {
    if (!this.#mailbox.put(frame)) frame.dispose();
  }

  close(): Promise<void> {
    clearInterval(this.#watch);
    this.#subscription.close();
    this.#mailbox.end();
    for (const frame of this.#mailbox.drain()) frame.dispose();
    return Promise.resolve();
  }

  /** Why nothing comes, for people. */
  silence(): string {
    const { participant, topic, kind, qos } = this.#options;
    const name = participant.nameOf(topic);
    const { count, policy } = this.#subscription.mismatch();
    if (this.#refusal !== null) return `${name}: ${this.#refusal}`;
    if (this.#subscription.writers() > 0) return `${name}: its publisher is silent`;
    if (count > 0) {
      return `${name}: its publishers do not offer our quality of service (${policy ?? 'unknown policy'}; we ask for ${qos.reliability})`;
    }
    return `${name}: nobody publishes ${imageTypes[kind]} on it`;
  }

  #receive(message: RawMessage): void {
    const { log, topic, kind } = this.#options;
    try {
      const received = receive(kind, message, this.#pool);
      if (received) this.#accept(received);
      else this.#refused += 1; // the reader holds all there is
    } catch (error) {
      if (!(error instanceof SourceError)) throw error;
      this.#refused += 1;
      if (this.#refusal !== error.message)
        log.warn({ topic }, `${topic}: ${error.message}; such images are passed over`);
      this.#refusal = error.message;
      // before the first frame nothing better is to be expected
      if (!this.#first) this.#mailbox.end(new SourceError(`${this.#options.uri}: ${error.message}`));
    }
  }

  #accept(received: Received): void {
    const { header, frame } = received;
    this.#first ??= received;
    const changed = differs(this.#first, received);
    if (changed !== null) {
      frame.dispose();
      this.#mailbox.end(new SourceError(`${this.#options.uri}: the images have changed ${changed}`));
      return;
    }
    const clocks = this.#clocks();
    this.#heardAtNs = clocks.monotonicNs;
    if (this.#fault !== null) this.#reconnects += 1;
    this.#fault = null;
    this.#refusal = null;
    const captured = capturedAt(header.stampNs, clocks);
    this.#lastCaptureNs = captured > this.#lastCaptureNs ? captured : this.#lastCaptureNs;
    const sequence = this.#sequence;
    this.#sequence += 1;
    this.headers.put(sequence, header, this.#lastCaptureNs);
    const numbered = { ...frame, capturedAtNs: this.#lastCaptureNs, sequence };
    if (!this.#mailbox.put(numbered)) numbered.dispose();
  }

  /** Silence is never the end: it is waited out, or a fault. */
  #listen(): void {
    if (!this.#first || this.#fault !== null) return;
    const { stallMs, reconnect, uri } = this.#options;
    const silentMs = Number(this.#clocks().monotonicNs - this.#heardAtNs) / 1e6;
    if (silentMs < stallMs) return;
    this.#fault = `${uri}: no image for ${stallMs / 1000} s; ${this.silence()}`;
    if (!reconnect) this.#mailbox.end(new SourceError(this.#fault));
  }
}

/** What is different, in words; null: nothing. */
function differs(a: Received, b: Received): string | null {
  const [before, after] = [a, b].map(({ encoding, frame }) => {
    const form = frame.encoded ? 'jpeg' : encoding; // compressed ones describe themselves in many words
    return `${frame.width}x${frame.height} ${form}`;
  });
  return before === after ? null : `from ${before!} to ${after!}`;
}

function clocksNow(): Clocks {
  return { monotonicNs: process.hrtime.bigint(), wallNs: BigInt(Date.now()) * 1_000_000n };
}
