import type { AttitudeReport, GimbalRates } from './gimbal-motion.js';
import {
  GimbalListeners,
  type GimbalAuthority,
  type GimbalListener,
  type GimbalOutput,
  type GimbalOutputStatus,
} from './gimbal-output.js';

/** A gimbal that only remembers what it was told; it obeys whoever claims it, until an operator takes it. */
export class MemoryGimbalOutput implements GimbalOutput {
  readonly name = 'memory';
  /** Rates it was told, in order. */
  readonly told: GimbalRates[] = [];
  claims = 0;
  readonly #listeners = new GimbalListeners();
  #authority: GimbalAuthority = 'unclaimed';
  #attitudes = 0;
  #dropped = 0;
  #closed = false;

  claim(): void {
    if (this.#closed) return;
    this.claims += 1;
    this.take('ours');
  }

  command(rates: GimbalRates): boolean {
    if (this.#closed || this.#authority !== 'ours') {
      this.#dropped += 1;
      return false;
    }
    this.told.push(rates);
    return true;
  }

  release(): void {
    if (this.#authority !== 'ours') return;
    this.told.push({ yaw: 0, pitch: 0 });
    this.take('unclaimed');
  }

  /** Gives the gimbal to somebody. */
  take(authority: GimbalAuthority): void {
    if (authority === this.#authority) return;
    this.#authority = authority;
    this.#listeners.authority(authority);
  }

  /** Has the gimbal say where it looks. */
  tell(report: AttitudeReport): void {
    this.#attitudes += 1;
    this.#listeners.attitude(report);
  }

  listen(listener: GimbalListener): () => void {
    return this.#listeners.add(listener);
  }

  status(): GimbalOutputStatus {
    return {
      ...{ connected: !this.#closed, authority: this.#authority, detail: 'memory' },
      ...{ sent: this.told.length, dropped: this.#dropped, attitudes: this.#attitudes, damaged: 0 },
    };
  }

  close(): Promise<void> {
    this.release();
    this.#closed = true;
    return Promise.resolve();
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }
}
