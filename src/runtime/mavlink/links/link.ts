import { setTimeout as sleep } from 'node:timers/promises';
import type { MavLinkData } from 'mavlink-mappings';
import type { Log } from '../../../core/ports/log.js';
import { encodeMessage } from '../codec/encode.js';
import type { MavlinkFrame } from '../codec/frame.js';
import { FrameParser, type FrameCounts } from '../codec/frame-parser.js';
import { sign } from '../signing/signature.js';
import { SignatureGate, type Signing, type SignatureCounts } from '../signing/signature-gate.js';
import type { Channel, ChannelKind } from './channel.js';

export interface LinkOptions {
  readonly name: string;
  readonly kind: ChannelKind;
  /** Null: nothing is signed, and no signature is read. */
  readonly signing: Signing | null;
  /** Number of this link in the signatures of what we send. */
  readonly linkId: number;
  readonly log: Log;
  /** Called with each packet that may be read; its buffers are valid during the call alone. */
  readonly onFrame: (frame: MavlinkFrame, link: Link) => void;
}

/** What there is to tell of a link. */
export interface LinkStatus {
  readonly name: string;
  readonly open: boolean;
  /** Why it is not open; null while it is, or before the first attempt. */
  readonly fault: string | null;
  readonly signed: boolean;
  /** Times it was opened. */
  readonly openings: number;
  readonly received: number;
  /** ms since the last good packet; null before the first. */
  readonly silentMs: number | null;
  readonly sent: number;
  /** Packets of ours that it did not take: it was away, or could not keep up. */
  readonly dropped: number;
  readonly refused: Readonly<FrameCounts & SignatureCounts>;
}

const backoffMs = { min: 250, max: 10_000 };
/** A link that did not stay open for so long counts as failed. */
const lastingMs = 5000;
/** A pause in a stream after which what has come of a packet is judged as it stands. */
const silenceMs = 200;
/** Refused packets are told so often at most: who does the refusing must not be filled up by it. */
const refusalLogMs = 30_000;

/** One way to others: opened again, with growing waits, whenever it breaks, until closed. */
export class Link implements AsyncDisposable {
  readonly name: string;
  readonly #options: LinkOptions;
  readonly #parser = new FrameParser();
  readonly #gate: SignatureGate;
  readonly #stop = new AbortController();
  readonly #running: Promise<void>;
  /** Next sequence number of each component of ours. */
  readonly #sequences = new Map<number, number>();
  #channel: Channel | null = null;
  #silence: NodeJS.Timeout | null = null;
  #fault: string | null = null;
  #failures = 0;
  #openings = 0;
  #received = 0;
  #heardAtMs: number | null = null;
  #sent = 0;
  #dropped = 0;
  #toldRefusalAtMs = Number.NEGATIVE_INFINITY;

  constructor(options: LinkOptions) {
    this.#options = options;
    this.name = options.name;
    this.#gate = new SignatureGate(options.signing);
    this.#running = this.#run();
  }

  status(): LinkStatus {
    return {
      name: this.name,
      open: this.#channel !== null,
      fault: this.#fault,
      signed: this.#options.signing !== null,
      openings: this.#openings,
      received: this.#received,
      silentMs: this.#heardAtMs === null ? null : performance.now() - this.#heardAtMs,
      sent: this.#sent,
      dropped: this.#dropped,
      refused: { ...this.#parser.counts, ...this.#gate.counts },
    };
  }

  /**
   * @returns whether it went out.
   * @throws RangeError, TypeError for a message that cannot be written.
   */
  send(message: MavLinkData, sysid: number, compid: number): boolean {
    const { signing, linkId } = this.#options;
    if (!this.#channel) {
      this.#dropped += 1;
      return false;
    }
    const seq = this.#sequences.get(compid) ?? 0;
    const packet = encodeMessage(message, { sysid, compid, seq }, { signed: signing !== null });
    const timestamp = signing?.timestamps.next() ?? 0;
    const went = this.#channel.write(signing ? sign(packet, signing.key, { linkId, timestamp }) : packet);
    if (went) {
      this.#sequences.set(compid, (seq + 1) % 256);
      this.#sent += 1;
    } else this.#dropped += 1;
    return went;
  }

  /** Idempotent; takes half a second at most. */
  async close(): Promise<void> {
    this.#stop.abort();
    if (this.#silence) clearTimeout(this.#silence);
    await this.#channel?.close();
    await this.#running;
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }

  async #run(): Promise<void> {
    const { signal } = this.#stop;
    while (!signal.aborted) {
      await this.#openOnce(signal);
      await sleep(this.#wait(), undefined, { signal }).catch(() => undefined);
    }
  }

  async #openOnce(signal: AbortSignal): Promise<void> {
    const { kind, log } = this.#options;
    try {
      const channel = await kind.open((bytes) => this.#receive(bytes), signal);
      const openedAtMs = performance.now();
      this.#parser.flush(); // of a packet that the last one broke off the rest will not come
      this.#channel = channel;
      this.#fault = null;
      this.#openings += 1;
      log.info({ link: this.name, openings: this.#openings }, `MAVLink link ${this.name} is open`);
      const reason = await (signal.aborted ? channel.close().then(() => 'closed') : channel.ended);
      this.#channel = null;
      this.#failures = performance.now() - openedAtMs > lastingMs ? 1 : this.#failures + 1;
      if (!this.#stop.signal.aborted) this.#report(`broke: ${reason}`);
    } catch (error) {
      this.#failures += 1;
      if (!signal.aborted) this.#report(error instanceof Error ? error.message : String(error));
    }
  }

  #report(fault: string): void {
    const { log } = this.#options;
    const tell = fault === this.#fault ? log.debug.bind(log) : log.warn.bind(log);
    this.#fault = fault;
    tell(
      { link: this.name, attempts: this.#failures },
      `MAVLink link ${this.name}: ${fault}; tracking goes on, trying again`,
    );
  }

  #wait(): number {
    const longest = Math.min(backoffMs.max, backoffMs.min * 2 ** Math.min(this.#failures - 1, 20));
    return longest * (0.75 + Math.random() / 4);
  }

  #receive(bytes: Buffer): boolean {
    if (this.#options.kind.framing === 'datagram') return this.#take(this.#parser.datagram(bytes));
    const good = this.#take(this.#parser.push(bytes));
    if (this.#parser.waiting > 0) this.#awaitMore();
    return good;
  }

  /** What waits for more bytes waits as long as some come. */
  #awaitMore(): void {
    if (this.#silence) {
      this.#silence.refresh();
      return;
    }
    this.#silence = setTimeout(() => {
      this.#take(this.#parser.flush());
    }, silenceMs);
  }

  #take(frames: readonly MavlinkFrame[]): boolean {
    let good = false;
    for (const frame of frames) {
      if (this.#stop.signal.aborted) break;
      if (!this.#gate.admits(frame)) {
        this.#tellRefused(frame);
        continue;
      }
      good = true;
      this.#received += 1;
      this.#heardAtMs = performance.now();
      this.#options.onFrame(frame, this);
    }
    return good;
  }

  #tellRefused({ sysid, compid }: MavlinkFrame): void {
    const now = performance.now();
    if (now - this.#toldRefusalAtMs < refusalLogMs) return;
    this.#toldRefusalAtMs = now;
    const { unsigned, badSignature, replayed } = this.#gate.counts;
    this.#options.log.warn(
      { link: this.name, sysid, compid, unsigned, badSignature, replayed },
      `MAVLink link ${this.name}: packets of ${sysid}/${compid} are refused: unsigned, signed with another key, or old`,
    );
  }
}
