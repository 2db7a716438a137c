/** Roles whose keys the operator has at hand; root's are offline. */
export const onlineRoles = ['targets', 'snapshot', 'timestamp'] as const;
export type OnlineRole = (typeof onlineRoles)[number];
export type RoleName = OnlineRole | 'root';

/** Days until what a role signed is no longer believed. */
export type Lifetimes = Readonly<Record<RoleName, number>>;

export const defaultLifetimes: Lifetimes = { root: 730, targets: 365, snapshot: 90, timestamp: 14 };

/** Of the TUF specification. */
export const specVersion = '1.0.31';

/** `days` after `now`, as metadata write it: whole seconds, UTC. */
export function expiryAfter(now: Date, days: number): string {
  return new Date(now.getTime() + days * 86_400_000).toISOString().replace(/\.\d+Z$/, 'Z');
}
