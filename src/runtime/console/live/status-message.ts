import type { ConsoleStatus, Sample, SinkState } from '../../../core/console/server-messages.js';
import { describeOrigin } from '../../../core/ports/control.js';
import type { LoopStatus, SinkHealth } from '../../../core/ports/loop-status.js';
import type { Health } from '../../metrics/health.js';
import type { Temperature } from '../../metrics/temperatures.js';
import type { SinkFacts } from './subject.js';

export interface StatusFacts {
  readonly status: LoopStatus;
  readonly sample: Sample;
  readonly health: Health;
  readonly sinkFacts: Readonly<Record<string, SinkFacts>>;
  readonly models: readonly string[];
  readonly temperatures: readonly Temperature[];
  readonly uptimeSeconds: number;
  readonly viewers: number;
}

/** What every viewer is told twice a second; `own` is each viewer's. */
export function statusMessage({
  status,
  sample,
  health: { level, reasons },
  sinkFacts,
  models,
  temperatures,
  uptimeSeconds,
  viewers,
}: StatusFacts): Omit<ConsoleStatus, 'own'> {
  const { track, model, source, latencyMs, dropped, trackerRestarts, lastCommand } = status;
  return {
    kind: 'status',
    sample,
    health: { level, reasons: [...reasons] },
    target: track?.target ?? 0,
    model: model && { name: model.name, precision: model.precision, provider: model.provider },
    models: [...models],
    source: source && {
      ...{ uri: source.uri, width: source.width, height: source.height, fps: source.fps },
      ...{ live: source.live, detail: source.detail },
    },
    ...{ latencyMs, dropped, trackerRestarts },
    sinks: sinkStates(status.sinks, sinkFacts),
    temperatures: [...temperatures],
    lastCommand: lastCommand && {
      command: lastCommand.command.kind,
      origin: describeOrigin(lastCommand.origin),
      atMs: lastCommand.atMs,
    },
    ...{ uptimeSeconds, viewers },
  };
}

/** Those in the loop, with what is known of them besides; before the loop runs, what is known alone. */
function sinkStates(sinks: readonly SinkHealth[], facts: Readonly<Record<string, SinkFacts>>): SinkState[] {
  const names = new Set([...sinks.map(({ name }) => name), ...Object.keys(facts)]);
  return [...names].map((name) => {
    const sink = sinks.find((it) => it.name === name);
    const failure = sink?.lastError ?? null;
    const known: SinkFacts = facts[name] ?? { state: 'ok', detail: '' };
    return {
      name,
      ...(failure === null ? known : { state: 'fault', detail: failure }),
      published: sink?.published ?? 0,
      dropped: (sink?.dropped ?? 0) + (sink?.failed ?? 0),
      p99Ms: sink?.latencyMs.p99 ?? null,
    };
  });
}
