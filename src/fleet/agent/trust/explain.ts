import { FleetError, TagalongError } from '../../../core/errors.js';
import type { TrustedTime } from './time.js';

/** What tuf-js says, for a person in the field. It passes some errors on as text alone, so the text is looked at. */
export function explainTrustFailure(error: unknown, origin: string, time: TrustedTime): Error {
  if (error instanceof TagalongError) return error;
  const text = error instanceof Error ? error.message : String(error);
  const today = new Date(time.ms).toISOString().slice(0, 10);
  const explained = [
    [
      /expired/i,
      `has expired as of ${today}${time.doubt === null ? '' : ` (${time.doubt})`}: have it refreshed (tagalong fleet refresh), or put the clock right; an operator at the device may give --allow-expired`,
    ],
    [
      /is less than current|Expected version|Missing file/i,
      'is older than what this device has already seen: refused (rollback)',
    ],
    [/was signed by \d+\/\d+/i, 'is not signed by enough of the keys that this device trusts: refused'],
    [/longer than|Max length/i, 'gives more data than it may: refused'],
    [/hash|length/i, 'does not fit together (another hash or length): refused'],
    [/is not there|Failed to download/i, 'is not a complete repository'],
  ] as const;
  const found = explained.find(([pattern]) => pattern.test(text));
  const reason = found ? `${found[1]} [${text}]` : `cannot be trusted: ${text}`;
  return new FleetError(`repository ${origin} ${reason}`, { cause: error });
}
