/** A clock further ahead of anything ever signed than this has most likely lost its way. */
const plausibleLeadMs = 3 * 365 * 24 * 3600 * 1000;

export interface TrustedTime {
  readonly ms: number;
  /** For people, when the device's clock was not believed, or should not be. */
  readonly doubt: string | null;
}

/**
 * The time that expiry is judged by. A device without a battery-backed clock may believe to be in 1970, or years ahead.
 *
 * - A clock that stands before the newest moment that something signed has named is wrong: that moment counts.
 * - A clock years ahead is believed, and so everything has expired and nothing is installed: what runs goes on. Only an operator can
 *   say otherwise (`--allow-expired`). It never moves `notBeforeMs`, so a clock put right again is right again.
 */
export function trustedTime(clockMs: number, notBeforeMs: number): TrustedTime {
  const day = (ms: number): string => new Date(ms).toISOString().slice(0, 10);
  if (clockMs < notBeforeMs) {
    const doubt = `the clock says ${day(clockMs)}, but something signed is from ${day(notBeforeMs)}: taken for that day`;
    return { ms: notBeforeMs, doubt };
  }
  if (notBeforeMs > 0 && clockMs - notBeforeMs > plausibleLeadMs) {
    const doubt = `the clock says ${day(clockMs)}, years after anything signed (${day(notBeforeMs)}): is it right?`;
    return { ms: clockMs, doubt };
  }
  return { ms: clockMs, doubt: null };
}
