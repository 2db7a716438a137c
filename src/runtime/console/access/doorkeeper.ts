import type { ConsoleRole } from '../../../core/console/server-messages.js';
import { TokenBucket } from '../../mqtt/commands/token-bucket.js';
import { roleOfToken, type Tokens } from './tokens.js';

/** A person mistypes a few times; a machine that guesses waits. */
const perAddress = { ratePerSecond: 0.2, burst: 5 };
/** From all addresses together: a network full of machines gets no further. */
const together = { ratePerSecond: 2, burst: 20 };
/** Addresses remembered; the oldest is forgotten first, and all of them are behind the common limit. */
const mostAddresses = 1000;

export type Verdict =
  { readonly role: ConsoleRole } | { readonly role: null; readonly reason: 'wrong' | 'too often' };

/** Looks at tokens, at a limited rate. */
export class Doorkeeper {
  readonly #tokens: Tokens;
  readonly #now: () => number;
  readonly #common: TokenBucket;
  readonly #addresses = new Map<string, TokenBucket>();

  /** @param now ms of a clock that never goes back. */
  constructor(tokens: Tokens, now: () => number = () => performance.now()) {
    this.#tokens = tokens;
    this.#now = now;
    this.#common = new TokenBucket(together, now());
  }

  /** Also a right token has to wait where wrong ones came from. */
  judge(token: string, address: string): Verdict {
    const now = this.#now();
    if (!this.#bucketOf(address, now).take(now) || !this.#common.take(now)) {
      return { role: null, reason: 'too often' };
    }
    const role = roleOfToken(this.#tokens, token);
    return role === null ? { role, reason: 'wrong' } : { role };
  }

  #bucketOf(address: string, now: number): TokenBucket {
    const known = this.#addresses.get(address);
    if (known) return known;
    const bucket = new TokenBucket(perAddress, now);
    this.#addresses.set(address, bucket);
    const [oldest] = this.#addresses.keys();
    if (this.#addresses.size > mostAddresses && oldest !== undefined) this.#addresses.delete(oldest);
    return bucket;
  }
}
