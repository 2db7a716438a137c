/** Sub-buckets of every power of two: values are told apart to 1/64, 1.6 %. */
const subBuckets = 64;
const exponents = 48;

/**
 * Durations in buckets of constant relative width (as HdrHistogram, G. Tene): fixed memory, O(1) to record, exact to
 * 1.6 % from 1 us to hours. Without end: nothing is ever thrown away.
 */
export class LatencyHistogram {
  readonly #counts = new Uint32Array(exponents * subBuckets);
  #count = 0;
  #max = 0;

  get count(): number {
    return this.#count;
  }

  /** The largest recorded value, in ms, exact; 0 when empty. */
  get maxMs(): number {
    return this.#max / 1e6;
  }

  /** Negative durations (a clock set back) count as zero. */
  record(durationNs: number): void {
    const value = Math.max(0, durationNs);
    this.#counts[bucketOf(value)]! += 1;
    this.#count += 1;
    this.#max = Math.max(this.#max, value);
  }

  /** The value, in ms, that `share` (0..1) of the recorded ones do not exceed; NaN when empty. */
  percentileMs(share: number): number {
    if (this.#count === 0) return Number.NaN;
    const rank = Math.max(1, Math.ceil(share * this.#count));
    let seen = 0;
    for (let bucket = 0; bucket < this.#counts.length; bucket += 1) {
      seen += this.#counts[bucket]!;
      if (seen >= rank) return Math.min(upperEdge(bucket), this.#max) / 1e6;
    }
    return this.maxMs;
  }
}

/** Bucket 0 holds everything below 1 us; then 64 linear steps in every power of two of microseconds. */
function bucketOf(valueNs: number): number {
  const scaled = valueNs / 1000;
  if (scaled < 1) return 0;
  const exponent = Math.min(Math.floor(Math.log2(scaled)), exponents - 1);
  const mantissa = Math.floor((scaled / 2 ** exponent - 1) * subBuckets);
  return exponent * subBuckets + Math.min(Math.max(mantissa, 0), subBuckets - 1);
}

/** Where the bucket ends, in ns. */
function upperEdge(bucket: number): number {
  const exponent = Math.floor(bucket / subBuckets);
  const mantissa = bucket % subBuckets;
  return 1000 * 2 ** exponent * (1 + (mantissa + 1) / subBuckets);
}
