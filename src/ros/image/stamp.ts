const nsPerSecond = 1_000_000_000n;

/** builtin_interfaces/Time as ns since 1970. */
export function stampNs(sec: number, nanosec: number): bigint {
  return BigInt(sec) * nsPerSecond + BigInt(nanosec);
}

/** Beyond it a stamp is not of this machine's clock: a recording that is played, a simulation, another computer's. */
const plausibleNs = 10n * nsPerSecond;

export interface Clocks {
  /** CLOCK_MONOTONIC. */
  readonly monotonicNs: bigint;
  /** Since 1970. */
  readonly wallNs: bigint;
}

/**
 * When an image was captured, on CLOCK_MONOTONIC: by its stamp where that can be of this machine's clock, else when it came.
 * Never in the future.
 */
export function capturedAt(stamp: bigint, { monotonicNs, wallNs }: Clocks): bigint {
  const age = wallNs - stamp;
  if (age < 0n || age > plausibleNs) return monotonicNs;
  return age > monotonicNs ? 0n : monotonicNs - age;
}
