import { randomBytes } from 'node:crypto';

const lifeMs = 60_000;
const most = 64;

/** Nonces that were given out: each serves once, for a minute. */
export class Challenges {
  readonly #now: () => number;
  readonly #given = new Map<string, number>();

  /** @param now of a clock that only goes forward, ms */
  constructor(now: () => number) {
    this.#now = now;
  }

  /** The oldest goes when too many are asked for. */
  give(): string {
    const nonce = randomBytes(24).toString('base64url');
    this.#given.set(nonce, this.#now());
    const [oldest] = this.#given.keys();
    if (this.#given.size > most) this.#given.delete(oldest!);
    return nonce;
  }

  /** Whether it was given lately, and not taken yet. */
  take(nonce: string): boolean {
    const givenAt = this.#given.get(nonce);
    this.#given.delete(nonce);
    return givenAt !== undefined && this.#now() - givenAt <= lifeMs;
  }
}
