import type { LoopStatus } from '../../core/ports/loop-status.js';
import type { RosMessage } from '../backend.js';

/** Levels of diagnostic_msgs/DiagnosticStatus. */
const levels = { ok: 0, warn: 1, error: 2 } as const;

/** `diagnostic_msgs/msg/DiagnosticArray` with one status: the loop's. */
export function diagnosticsOf(status: LoopStatus, name: string, header: RosMessage): RosMessage {
  const { state, fps, dropped, latencyMs, model, frames } = status;
  const values: Readonly<Record<string, string>> = {
    state,
    model: model?.name ?? '',
    fps: fps === null ? '' : fps.toFixed(1),
    frames: String(frames),
    'latency p50 [ms]': latencyMs.p50?.toFixed(2) ?? '',
    'latency p99 [ms]': latencyMs.p99?.toFixed(2) ?? '',
    'dropped by source': String(dropped.bySource),
    'dropped by tracker': String(dropped.byTracker),
  };
  return {
    header,
    status: [
      {
        level: levelOf(state),
        name: `${name}: tracking`,
        message: state,
        hardware_id: '',
        values: Object.entries(values).map(([key, value]) => ({ key, value })),
      },
    ],
  };
}

function levelOf(state: LoopStatus['state']): number {
  if (state === 'ended') return levels.error;
  return state === 'lost' || state === 'coasting' ? levels.warn : levels.ok;
}
