import type { FleetRow } from '../../core/console/fleet-messages.js';
import type { Standing } from './fleet-store.js';

export const standings: Readonly<Record<Standing, { readonly mark: string; readonly name: string }>> = {
  failing: { mark: '✕', name: 'failing' },
  degraded: { mark: '!', name: 'degraded' },
  silent: { mark: '?', name: 'silent' },
  trial: { mark: '◔', name: 'on trial' },
  ok: { mark: '✓', name: 'well' },
};

/** `12 s`, `5 min`, `3 h`, `2 d`. */
export function ago(ms: number): string {
  const seconds = Math.max(0, Math.round(ms / 1000));
  if (seconds < 60) return `${seconds} s`;
  if (seconds < 3600) return `${Math.floor(seconds / 60)} min`;
  if (seconds < 86_400) return `${Math.floor(seconds / 3600)} h`;
  return `${Math.floor(seconds / 86_400)} d`;
}

/** What it is at, or what came of the last release. */
export function story({ phase, progress, detail, last }: FleetRow): string {
  if (phase === 'downloading' || phase === 'proving') {
    return progress === null ? phase : `${phase} ${Math.round(100 * progress)} %`;
  }
  if (detail !== '') return detail;
  if (!last) return '';
  const outcome = last.kind === 'rolled-back' ? 'rolled back' : last.kind;
  return `${last.version} ${outcome}${last.reason === '' ? '' : `: ${last.reason}`}`;
}
