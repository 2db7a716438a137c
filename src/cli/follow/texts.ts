import type { SourceDescription } from '../../core/ports/frame-source.js';
import type { LiveSummary } from '../../runtime/live/run-live.js';
import { milliseconds } from '../../runtime/sinks/status-line.js';
import type { WorkerTracker } from '../../runtime/worker/worker-tracker.js';

export function describeSource({ uri, width, height, format, fps, detail }: SourceDescription): string {
  const rate = fps === null ? '' : ` ${Number(fps.toFixed(2))} fps`;
  return `source  ${uri}  ${width}x${height} ${format}${rate}  (${detail})`;
}

/** Says what is really used, and why not what was wished for. */
export function describeModel({ model }: WorkerTracker): string {
  const { contract, provider, providerReport } = model;
  const notes = providerReport
    .filter(({ outcome }) => outcome === 'failed' || outcome === 'partly')
    .map(({ provider: name, outcome, reason }) =>
      outcome === 'partly' ? `${name} runs a part of it, the CPU the rest` : `${name} not used: ${reason}`,
    );
  return [`model   ${contract.name} ${contract.precision} on ${provider}`, ...notes].join('\n        ');
}

export function describeSummary({ frames, seconds, ended, states, latencyMs, dropped }: LiveSummary): string {
  const { p50, p99, max } = latencyMs;
  const rate = seconds > 0 ? ((frames - 1) / seconds).toFixed(1) : '-';
  return [
    `${frames} frames in ${seconds.toFixed(1)} s (${ended}): ${rate} fps, ${dropped} dropped`,
    `latency p50 ${milliseconds(p50)}  p99 ${milliseconds(p99)}  max ${milliseconds(max)} ms`,
    `tracking ${states.tracking}  coasting ${states.coasting}  lost ${states.lost}  idle ${states.idle}`,
  ].join('\n');
}
