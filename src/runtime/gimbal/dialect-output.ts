import type { GimbalRates } from '../../core/gimbal/gimbal-motion.js';
import {
  GimbalListeners,
  type GimbalAuthority,
  type GimbalListener,
  type GimbalOutput,
  type GimbalOutputStatus,
} from '../../core/gimbal/gimbal-output.js';
import { fromEuler, type EulerAngles } from '../../core/gimbal/quaternion.js';
import type { YawFrame } from '../../core/gimbal/gimbal-motion.js';
import { silentLog, type Log } from '../../core/ports/log.js';
import type { ByteLink } from './link/byte-link.js';

/** What came in. */
export type DialectEvent =
  | { readonly kind: 'attitude'; readonly angles: EulerAngles; readonly rates: GimbalRates | null }
  | { readonly kind: 'device'; readonly text: string };

/** The bytes of one maker's protocol; keeps what it must know to write and read them, and nothing of time. */
export interface Dialect {
  readonly name: string;
  readonly yawFrame: YawFrame;
  /** Frames to send when the link has come up: who are you, send me your attitude. */
  greet(): readonly Uint8Array[];
  askAttitude(): Uint8Array;
  /** Run at these rates, or (null) obey others again. */
  run(rates: GimbalRates | null): readonly Uint8Array[];
  read(bytes: Uint8Array): readonly DialectEvent[];
  /** Forgets half a frame: the line was cut. */
  reset(): void;
  readonly damaged: number;
}

export interface DialectOutputOptions {
  readonly dialect: Dialect;
  /** Closed with the output. */
  readonly link: ByteLink;
  /** Attitude reports a second to be asked for. */
  readonly attitudeHz?: number;
  readonly log?: Log;
  /** CLOCK_MONOTONIC, nanoseconds. */
  readonly clock?: () => bigint;
}

/** A gimbal that has not answered for so long is away; an answer later than this says nothing of when it was true. Seconds. */
const awayAfter = 1;
const oldestAnswer = 0.1;
const greetEveryMs = 1000;

/** A gimbal on a wire of its own that obeys whoever speaks its maker's protocol: nobody else is on that wire to ask. */
export class DialectOutput implements GimbalOutput {
  readonly name: string;
  readonly #dialect: Dialect;
  readonly #link: ByteLink;
  readonly #log: Log;
  readonly #clock: () => bigint;
  readonly #pollS: number;
  readonly #listeners = new GimbalListeners();
  readonly #timers: NodeJS.Timeout[];
  readonly #stops: (() => void)[];
  #claimed = false;
  #closed = false;
  #device: string | null = null;
  #heardS = Number.NEGATIVE_INFINITY;
  /** When an attitude last came that was not asked for. */
  #streamedS = Number.NEGATIVE_INFINITY;
  /** When the attitude was asked for; null: answered. */
  #askedS: number | null = null;
  #sent = 0;
  #dropped = 0;
  #attitudes = 0;

  constructor({ dialect, link, attitudeHz = 50, log = silentLog, clock }: DialectOutputOptions) {
    this.name = dialect.name;
    this.#dialect = dialect;
    this.#link = link;
    this.#log = log;
    this.#clock = clock ?? (() => process.hrtime.bigint());
    this.#pollS = 1 / attitudeHz;
    this.#stops = [
      link.onBytes((bytes) => {
        this.#read(bytes);
      }),
      link.onOpen(() => {
        dialect.reset();
        this.#askedS = null;
        this.#greet();
      }),
    ];
    this.#timers = [
      setInterval(() => {
        this.#poll();
      }, this.#pollS * 1e3).unref(),
      setInterval(() => {
        if (!this.#connected) this.#greet();
      }, greetEveryMs).unref(),
    ];
    this.#greet();
  }

  claim(): void {
    if (this.#closed || this.#claimed) return;
    this.#claimed = true;
    this.#listeners.authority(this.#authority);
  }

  command(rates: GimbalRates): boolean {
    if (!this.#claimed || this.#closed) return this.#drop();
    for (const frame of this.#dialect.run(rates)) if (!this.#link.write(frame)) return this.#drop();
    this.#sent += 1;
    return true;
  }

  release(): void {
    if (!this.#claimed || this.#closed) return;
    for (const frame of this.#dialect.run({ yaw: 0, pitch: 0 })) this.#link.write(frame);
    for (const frame of this.#dialect.run(null)) this.#link.write(frame);
    this.#claimed = false;
    this.#listeners.authority('unclaimed');
  }

  listen(listener: GimbalListener): () => void {
    return this.#listeners.add(listener);
  }

  status(): GimbalOutputStatus {
    const { detail } = this.#link;
    return {
      connected: this.#connected,
      authority: this.#authority,
      detail: this.#connected ? `${this.#device ?? this.name} on ${detail}` : `no answer on ${detail}`,
      ...{ sent: this.#sent, dropped: this.#dropped, attitudes: this.#attitudes },
      damaged: this.#dialect.damaged,
    };
  }

  async close(): Promise<void> {
    if (this.#closed) return;
    this.release();
    this.#closed = true;
    for (const timer of this.#timers) clearInterval(timer);
    for (const stop of this.#stops) stop();
    await this.#link.close();
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }

  get #authority(): GimbalAuthority {
    return this.#claimed ? 'ours' : 'unclaimed';
  }

  get #connected(): boolean {
    return this.#nowS() - this.#heardS < awayAfter;
  }

  #nowS(): number {
    return Number(this.#clock()) / 1e9;
  }

  #drop(): false {
    this.#dropped += 1;
    return false;
  }

  #greet(): void {
    for (const frame of this.#dialect.greet()) this.#link.write(frame);
  }

  /** Asks for the attitude, unless it comes by itself or the last question is still open. */
  #poll(): void {
    const now = this.#nowS();
    if (this.#askedS === null && now - this.#streamedS < 1.5 * this.#pollS) return;
    if (this.#askedS !== null && now - this.#askedS < oldestAnswer) return;
    this.#askedS = now; // before it is sent: the answer may be there when sending returns
    if (!this.#link.write(this.#dialect.askAttitude())) this.#askedS = null;
  }

  #read(bytes: Uint8Array): void {
    const now = this.#nowS();
    for (const event of this.#dialect.read(bytes)) {
      if (!this.#connected) this.#log.info({ link: this.#link.detail }, `${this.name}: answers`);
      this.#heardS = now;
      if (event.kind === 'device') {
        if (event.text !== this.#device)
          this.#log.info({ device: event.text }, `${this.name}: ${event.text}`);
        this.#device = event.text;
        continue;
      }
      this.#attitudes += 1;
      this.#listeners.attitude({
        timeS: this.#timeOfAnswer(now),
        orientation: fromEuler(event.angles),
        yawFrame: this.#dialect.yawFrame,
        rates: event.rates,
        heading: null,
      });
    }
  }

  /** An answer was true half-way between question and arrival; what comes unasked, on its arrival. */
  #timeOfAnswer(now: number): number {
    const asked = this.#askedS;
    this.#askedS = null;
    if (asked === null) this.#streamedS = now;
    return asked === null || now - asked > oldestAnswer ? now : (asked + now) / 2;
  }
}
