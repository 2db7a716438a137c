import type { MavlinkFrame } from '../codec/frame.js';
import { checkSignature } from './signature.js';
import type { Timestamps } from './timestamps.js';

/** The key of a link that signs, and what was signed with it so far. */
export interface Signing {
  readonly key: Buffer;
  readonly timestamps: Timestamps;
}

/** Packets that were refused because of their signatures. */
export interface SignatureCounts {
  unsigned: number;
  badSignature: number;
  /** Good signature, but not newer than the last of its stream. */
  replayed: number;
}

export function noSignatureCounts(): SignatureCounts {
  return { unsigned: 0, badSignature: 0, replayed: 0 };
}

/**
 * Lets a packet in: on a link without a key every one, its signature unread; else those alone that are signed with the key
 * and new. There is no middle way: what takes unsigned packets beside signed ones protects nothing.
 */
export class SignatureGate {
  readonly counts: SignatureCounts;
  readonly #signing: Signing | null;

  constructor(signing: Signing | null, counts: SignatureCounts = noSignatureCounts()) {
    this.#signing = signing;
    this.counts = counts;
  }

  admits(frame: MavlinkFrame): boolean {
    if (!this.#signing) return true;
    if (!frame.signed) {
      this.counts.unsigned += 1;
      return false;
    }
    const header = checkSignature(frame, this.#signing.key);
    if (!header) {
      this.counts.badSignature += 1;
      return false;
    }
    // only now, when it is known who speaks, may its timestamp move anything
    const fresh = this.#signing.timestamps.accept(frame.sysid, frame.compid, header);
    if (!fresh) this.counts.replayed += 1;
    return fresh;
  }
}
