import type { QosMismatch } from '../backend.js';

/** Asks the library for a status of three 32-bit numbers: total, change, last policy. */
type AskStatus = (status: Uint32Array) => number;

/** What DDS says of those whose quality of service did not fit. */
export function readMismatch(ask: AskStatus): QosMismatch {
  const status = new Uint32Array(3);
  if (ask(status) !== 0 || status[0] === 0) return nobody;
  return { count: status[0]!, policy: policies[status[2]!] ?? `policy ${status[2]!}` };
}

export const nobody: QosMismatch = { count: 0, policy: null };

/** DDS's numbers of its policies, those that two sides can disagree about. */
const policies: Readonly<Record<number, string>> = {
  2: 'durability',
  3: 'presentation',
  4: 'deadline',
  5: 'latency budget',
  6: 'ownership',
  8: 'liveliness',
  11: 'reliability',
  12: 'destination order',
  24: 'type consistency',
  25: 'data representation',
};
