import { setTimeout as sleep } from 'node:timers/promises';
import { standing, type FleetRow } from '../../core/console/fleet-messages.js';
import { FleetError } from '../../core/errors.js';
import { FleetWatch } from '../../fleet/fleet-watch.js';
import { reportTopicFilter } from '../../fleet/report.js';
import { listenTo, type ListenedBroker } from '../../runtime/mqtt/listen-to.js';
import { fleetRow } from './fleet-rows.js';
import { formatTable } from './status-table.js';

export interface ListOptions {
  readonly prefix: string;
  /** Seconds to gather reports. */
  readonly wait: number;
  readonly json?: boolean;
}

/** A broker behind a slow link is waited for so long; then reports are gathered. */
const connectSeconds = 10;

/** What the broker keeps of every device. @throws FleetError when it cannot be reached. */
export async function listFleet(
  broker: ListenedBroker,
  { prefix, wait, json = false }: ListOptions,
): Promise<string> {
  const watch = new FleetWatch(prefix);
  const connection = { there: false, reason: null as string | null };
  const settled = new AbortController();
  await using _heard = await listenTo(broker, reportTopicFilter(prefix), {
    onMessage: (topic, payload, retained) => {
      watch.hear(topic, payload, { retained, nowMs: Date.now() });
    },
    onConnection: (connected, why) => {
      connection.there ||= connected;
      connection.reason = why;
      if (connected || why !== null) settled.abort();
    },
  });
  await sleep(connectSeconds * 1000, undefined, { signal: settled.signal }).catch(() => undefined);
  if (!connection.there) {
    throw new FleetError(`broker "${broker.url}": ${connection.reason ?? 'does not answer'}`);
  }
  await sleep(wait * 1000);
  const rows = watch.devices().map(fleetRow);
  return json ? rows.map((row) => JSON.stringify(row)).join('\n') : formatFleet(rows, Date.now());
}

/** The table, and a line that counts. */
export function formatFleet(rows: readonly FleetRow[], nowMs: number): string {
  if (rows.length === 0) return 'no device has reported';
  const cells = rows.map((row) => [
    row.device,
    row.active ? `${row.active.model} ${row.active.version}` : 'none',
    row.active?.slot ?? '',
    row.channel,
    standing(row, nowMs),
    seen(nowMs - row.seenAtMs),
    row.detail || (row.last ? `${row.last.version} ${row.last.kind}` : ''),
  ]);
  const counts = new Map<string, number>();
  for (const row of rows) counts.set(standing(row, nowMs), (counts.get(standing(row, nowMs)) ?? 0) + 1);
  const summary = [...counts].map(([name, count]) => `${count} ${name}`).join(', ');
  const head = ['device', 'model', 'slot', 'channel', 'health', 'seen', ''];
  return `${formatTable(head, cells)}\n\n${rows.length} devices: ${summary}`;
}

function seen(ms: number): string {
  const seconds = Math.max(0, Math.round(ms / 1000));
  if (seconds < 120) return `${seconds} s ago`;
  return seconds < 7200 ? `${Math.round(seconds / 60)} min ago` : `${Math.round(seconds / 3600)} h ago`;
}
