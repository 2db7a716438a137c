import type { ServiceSample } from './service-sample.js';

/** Reads the metrics that the service serves for Prometheus. Null: these are not a service's. */
export function readMetrics(text: string): ServiceSample | null {
  const lines = text.split('\n');
  const value = (name: string): number | null => {
    const line = lines.find((it) => it.startsWith(`${name} `));
    const number = line === undefined ? Number.NaN : Number(line.slice(name.length + 1));
    return Number.isFinite(number) ? number : null;
  };
  const tracks = value('tagalong_tracks_total');
  const healthy = value('tagalong_healthy');
  if (tracks === null || healthy === null) return null;
  const withTarget = ['tracking', 'coasting', 'lost'].some(
    (state) => value(`tagalong_state{state="${state}"}`) === 1,
  );
  const info = lines.find((it) => it.startsWith('tagalong_model_info{'));
  return {
    folder: /[{,]folder="([^"]*)"/.exec(info ?? '')?.[1] ?? null,
    healthy: healthy === 1,
    trackerRestarts: value('tagalong_worker_restarts_total') ?? 0,
    tracks,
    updates: {
      count: value('tagalong_update_seconds_count') ?? 0,
      seconds: value('tagalong_update_seconds_sum') ?? 0,
    },
    confidence: withTarget ? value('tagalong_confidence') : null,
  };
}
