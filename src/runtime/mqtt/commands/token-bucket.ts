/** Lets `burst` through at once and `ratePerSecond` in the long run. */
export class TokenBucket {
  readonly #ratePerSecond: number;
  readonly #burst: number;
  #tokens: number;
  #filledAtMs: number;

  constructor(
    { ratePerSecond, burst }: { readonly ratePerSecond: number; readonly burst: number },
    nowMs: number,
  ) {
    this.#ratePerSecond = ratePerSecond;
    this.#burst = burst;
    this.#tokens = burst;
    this.#filledAtMs = nowMs;
  }

  /** Whether one more may pass at this moment of a clock that never goes back. */
  take(nowMs: number): boolean {
    const elapsed = nowMs - this.#filledAtMs;
    this.#tokens = Math.min(this.#burst, this.#tokens + (elapsed / 1000) * this.#ratePerSecond);
    this.#filledAtMs = nowMs;
    if (this.#tokens < 1) return false;
    this.#tokens -= 1;
    return true;
  }
}
