import type { RepositoryState } from '../../fleet/repository/metadata-folder.js';
import { releasesOf } from '../../fleet/repository/releases.js';

/** What a repository says now, for the terminal. */
export function formatStatus(state: RepositoryState, now: Date): string {
  const releases = releasesOf(state);
  const lines = [formatTable(['role', 'version', 'expires', ''], roleRows(state, now)), ''];
  if (releases.length === 0) return [...lines, 'no release yet'].join('\n');
  const rows = releases.map((release) => [
    String(release.release),
    release.model,
    release.version,
    release.channel,
    audience(release),
    `${Math.ceil(release.packedBytes / 1024)} KiB`,
  ]);
  return [...lines, formatTable(['release', 'model', 'version', 'channel', 'for', 'size'], rows)].join('\n');
}

function roleRows(state: RepositoryState, now: Date): string[][] {
  return (['root', 'targets', 'snapshot', 'timestamp'] as const).map((role) => {
    const { version, expires } = state[role].signed;
    return [role, String(version), expires.slice(0, 10), daysLeft(expires, now)];
  });
}

function daysLeft(expires: string, now: Date): string {
  const days = Math.floor((new Date(expires).getTime() - now.getTime()) / 86_400_000);
  if (days < 0) return 'EXPIRED: devices take nothing new; run tagalong fleet refresh';
  return `in ${days} days`;
}

function audience({
  percent,
  devices,
  deviceTypes,
  architectures,
}: ReturnType<typeof releasesOf>[number]): string {
  const parts = devices
    ? [devices.length > 3 ? `${devices.length} devices` : devices.join(', ')]
    : [percent === 100 ? 'all' : `${percent} %`];
  return [...parts, ...(deviceTypes ?? []), ...(architectures ?? [])].join(', ');
}

/** Columns as wide as they need be. */
export function formatTable(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const widths = head.map((title, i) => Math.max(title.length, ...rows.map((row) => row[i]!.length)));
  const line = (cells: readonly string[]): string =>
    cells
      .map((cell, i) => cell.padEnd(widths[i]!))
      .join('  ')
      .trimEnd();
  return [line(head), ...rows.map(line)].join('\n');
}
