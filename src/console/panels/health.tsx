import type { ComponentChildren } from 'preact';
import type { ConsoleStatus } from '../../core/console/server-messages.js';
import { usePage } from '../model/context.js';

type Level = 'ok' | 'off' | 'fault' | 'warning';

/** Everything that can be well or not: camera, tracker, every sink, heat, this page's own link. */
export function Health() {
  const { store } = usePage();
  const status = store.status.value;
  return (
    <section class="panel" aria-labelledby="health-title">
      <h2 id="health-title">
        Health{' '}
        <small class="level" data-level={status?.health.level ?? 'failing'} data-testid="health">
          {levels[status?.health.level ?? 'unknown']}
        </small>
      </h2>
      {status && <Rows status={status} />}
    </section>
  );
}

const levels = { ok: 'all well', degraded: 'degraded', failing: 'failing', unknown: 'not known' } as const;

function Rows({ status }: { readonly status: ConsoleStatus }) {
  const { source, model, dropped, sinks, temperatures, own, health, latencyMs } = status;
  const away = health.reasons.find((reason) => /source|frame/.test(reason));
  const hottest = temperatures.toSorted((a, b) => b.celsius - a.celsius)[0];
  return (
    <dl class="rows">
      <Row
        name="Camera"
        level={away === undefined ? 'ok' : 'fault'}
        note={`${dropped.bySource} dropped`}
        title={source?.detail ?? ''}
      >
        {away ??
          (source ? `${source.uri.replace(/\?.*$/s, '')} ${source.width}×${source.height}` : 'not open')}
      </Row>
      <Row
        name="Tracker"
        level={model ? (status.trackerRestarts > 0 ? 'warning' : 'ok') : 'fault'}
        note={`${dropped.byTracker} passed by`}
      >
        {model ? `${model.name} ${model.precision} on ${model.provider}` : 'not running'}
        {status.trackerRestarts > 0 && `, started again ${status.trackerRestarts}×`}
      </Row>
      <Row name="Latency" level="ok" note={`p99 ${ms(latencyMs.p99)}`}>
        p50 {ms(latencyMs.p50)}, of the whole run
      </Row>
      {sinks.map(({ name, state, detail, published, dropped: lost, p99Ms }) => (
        <Row
          key={name}
          name={names[name] ?? name.charAt(0).toUpperCase() + name.slice(1)}
          level={state}
          note={state === 'off' ? '' : `${lost} dropped`}
          title={`${published} published, p99 ${ms(p99Ms)}`}
        >
          {detail || `${published} tracks`}
        </Row>
      ))}
      {hottest && (
        <Row
          name="Heat"
          level={hottest.celsius > 85 ? 'fault' : hottest.celsius > 75 ? 'warning' : 'ok'}
          note=""
        >
          {hottest.celsius.toFixed(0)} °C ({hottest.zone})
        </Row>
      )}
      <Row name="This page" level="ok" note={`${status.viewers} open`}>
        {own.picturesPerSecond === null
          ? 'no pictures asked for'
          : `${own.picturesPerSecond.toFixed(0)} pictures/s`}
        {own.pictureAgeMs !== null && `, ${own.pictureAgeMs.toFixed(0)} ms behind`}
      </Row>
    </dl>
  );
}

/** Where a capital at the front is not enough. */
const names: Readonly<Record<string, string>> = {
  mqtt: 'MQTT',
  mavlink: 'MAVLink',
  ros: 'ROS',
  gimbal: 'Gimbal',
};

interface RowProps {
  readonly name: string;
  readonly level: Level;
  readonly note: string;
  readonly title?: string;
  readonly children: ComponentChildren;
}

const marks: Readonly<Record<Level, string>> = { ok: '✓', off: '–', warning: '!', fault: '✕' };
const spoken: Readonly<Record<Level, string>> = {
  ok: 'well',
  off: 'off',
  warning: 'warning',
  fault: 'fault',
};

function Row({ name, level, note, title, children }: RowProps) {
  return (
    <div class="row" data-level={level} data-row={name} title={title}>
      <dt>
        <span class="mark" role="img" aria-label={spoken[level]}>
          {marks[level]}
        </span>
        {name}
      </dt>
      <dd>
        <span class="detail">{children}</span>
        <span class="note figures">{note}</span>
      </dd>
    </div>
  );
}

function ms(value: number | null): string {
  return value === null ? '–' : `${value.toFixed(value < 10 ? 1 : 0)} ms`;
}
