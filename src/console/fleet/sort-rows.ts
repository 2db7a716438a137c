import { standing, type FleetRow } from '../../core/console/fleet-messages.js';

export type SortKey = 'device' | 'type' | 'channel' | 'version' | 'slot' | 'health' | 'last' | 'seen';

/** What needs a person comes first. */
const urgency = { failing: 0, degraded: 1, silent: 2, trial: 3, ok: 4 } as const;

const byText = new Intl.Collator('en', { numeric: true }).compare;

/** Equal ones stand in the order of their names: drone-2 before drone-10. */
export function compareRows(a: FleetRow, b: FleetRow, key: SortKey, nowMs: number): number {
  return byKey(a, b, key, nowMs) || byText(a.device, b.device);
}

function byKey(a: FleetRow, b: FleetRow, key: SortKey, nowMs: number): number {
  switch (key) {
    case 'device':
      return 0;
    case 'type':
      return byText(a.type, b.type);
    case 'channel':
      return byText(a.channel, b.channel);
    case 'version':
      return byText(`${a.active?.model} ${a.active?.version}`, `${b.active?.model} ${b.active?.version}`);
    case 'slot':
      return byText(a.active?.slot ?? '', b.active?.slot ?? '');
    case 'health':
      return urgency[standing(a, nowMs)] - urgency[standing(b, nowMs)];
    case 'last':
      return (b.last?.atMs ?? 0) - (a.last?.atMs ?? 0);
    case 'seen':
      return b.seenAtMs - a.seenAtMs;
  }
}
