import { UsageError } from '../../core/errors.js';
import { FollowController, type Demand, type FollowMode } from '../../core/gimbal/follow-controller.js';
import type { FollowOptions } from '../../core/gimbal/follow-options.js';
import type { GimbalOutput, GimbalOutputStatus } from '../../core/gimbal/gimbal-output.js';
import type { SightingReader } from '../../core/gimbal/sighting.js';
import { silentLog, type Log } from '../../core/ports/log.js';
import type { Sink } from '../../core/ports/sink.js';
import type { Track } from '../../core/tracking/track.js';

export interface GimbalFollowerOptions {
  /** Closed with the follower. */
  readonly output: GimbalOutput;
  readonly reader: SightingReader;
  readonly follow: FollowOptions;
  readonly log?: Log;
  /** CLOCK_MONOTONIC, nanoseconds: the clock of the frames. */
  readonly clock?: () => bigint;
  /** Steps between tracks: a slow tracker's rates are renewed, and a silent one's end. Milliseconds; 0: only `tick()`. */
  readonly tickMs?: number;
  /** Told every demand, sent or not. */
  readonly onDemand?: (demand: Demand, track: Track | null) => void;
}

export interface GimbalFollowerStatus {
  readonly mode: FollowMode;
  /** The last demand's. */
  readonly demand: Demand | null;
  readonly output: GimbalOutputStatus;
}

/** Standing still is said again after so many steps: one packet may get lost. */
const stillEvery = 10;

/** A sink that turns a gimbal after its tracks. A target claims the gimbal, the end of tracking gives it back. */
export class GimbalFollower implements Sink {
  readonly name = 'gimbal';
  readonly #output: GimbalOutput;
  readonly #reader: SightingReader;
  readonly #controller: FollowController;
  readonly #log: Log;
  readonly #clock: () => bigint;
  readonly #onDemand: GimbalFollowerOptions['onDemand'];
  readonly #stopListening: () => void;
  readonly #timer: NodeJS.Timeout | null;
  readonly #tickS: number;
  #dropped = 0;
  #target = 0;
  #operator = false;
  #held = false;
  #demand: Demand | null = null;
  #steppedS = 0;
  /** Steps for which the gimbal has been standing still. */
  #stillSteps = 0;
  #faultTold = false;
  #closed = false;

  constructor(options: GimbalFollowerOptions) {
    const { output, reader, follow, log = silentLog, tickMs = 20, clock } = options;
    this.#output = output;
    this.#reader = reader;
    this.#controller = new FollowController(follow);
    this.#log = log;
    this.#clock = clock ?? (() => process.hrtime.bigint());
    this.#onDemand = options.onDemand;
    this.#tickS = tickMs / 1e3;
    this.#stopListening = output.listen({
      attitude: (report) => {
        this.#controller.attitude(report);
      },
      authority: (authority) => {
        this.#log.info({ authority }, `gimbal: ${authority}`);
        this.#operator = authority === 'operator';
        this.#yieldOrGo();
      },
    });
    this.#timer =
      tickMs > 0
        ? setInterval(() => {
            if (this.#nowS() - this.#steppedS >= 0.9 * this.#tickS) this.tick();
          }, tickMs).unref()
        : null;
  }

  get dropped(): number {
    return this.#dropped;
  }

  status(): GimbalFollowerStatus {
    return { mode: this.#controller.mode, demand: this.#demand, output: this.#output.status() };
  }

  /** Takes the hands off (true), for an operator who wants to steer by other means, or goes on (false). */
  hold(held: boolean): void {
    if (held && !this.#held) this.#output.release();
    if (!held && this.#held && this.#target > 0) this.#output.claim();
    this.#held = held;
    this.#yieldOrGo();
  }

  publish(track: Track): void {
    if (this.#closed) {
      this.#dropped += 1;
      return;
    }
    this.#claimFor(track);
    try {
      this.#controller.see(this.#reader.read(track));
    } catch (error) {
      if (!(error instanceof UsageError)) throw error;
      this.#dropped += 1;
      if (!this.#faultTold) this.#log.error({ err: error }, `gimbal: ${error.message}`);
      this.#faultTold = true;
      return;
    }
    this.#step(track);
  }

  /** One step without a new track. */
  tick(): void {
    if (!this.#closed) this.#step(null);
  }

  async close(): Promise<void> {
    if (this.#closed) return;
    this.#closed = true;
    if (this.#timer) clearInterval(this.#timer);
    this.#stopListening();
    await this.#output.close();
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }

  /** Whoever selects a target wants it followed: that is a claim, also against an operator who had the gimbal before. */
  #claimFor({ state, target }: Track): void {
    if (state === 'idle') {
      if (this.#target > 0) this.#output.release();
      this.#target = 0;
      return;
    }
    if (target === this.#target) return;
    this.#target = target;
    if (!this.#held) this.#output.claim();
  }

  #yieldOrGo(): void {
    this.#controller.setManual(this.#operator || this.#held);
  }

  #step(track: Track | null): void {
    const now = this.#nowS();
    this.#steppedS = now;
    const before = this.#demand?.mode;
    const demand = this.#controller.step(now);
    this.#demand = demand;
    if (demand.mode !== before) {
      this.#log.debug({ mode: demand.mode }, `gimbal: ${demand.mode}`);
      this.#stillSteps = 0;
    }
    if (this.#isWorthSaying(demand) && !this.#output.command(demand.rates) && track) this.#dropped += 1;
    this.#onDemand?.(demand, track);
  }

  /** Nothing is said without a target (the release has stopped the gimbal), nor against an operator. */
  #isWorthSaying({ mode, rates }: Demand): boolean {
    if (mode === 'manual' || mode === 'idle') return false;
    if (rates.yaw !== 0 || rates.pitch !== 0 || mode === 'following' || mode === 'coasting') {
      this.#stillSteps = 0;
      return true;
    }
    return this.#stillSteps++ % stillEvery === 0;
  }

  #nowS(): number {
    return Number(this.#clock()) / 1e9;
  }
}
