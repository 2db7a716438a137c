import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import test from 'ava';
import { startingStatus, type LoopStatus } from '../../../src/core/ports/loop-status.js';
import { MemorySink } from '../../../src/core/ports/memory/memory-sink.js';
import { judgeHealth, type Health, type Vitals } from '../../../src/runtime/metrics/health.js';
import { openMetricsServer } from '../../../src/runtime/metrics/metrics-server.js';
import { ServiceMetrics } from '../../../src/runtime/metrics/service-metrics.js';
import { readTemperatures } from '../../../src/runtime/metrics/temperatures.js';
import { trackingTrack } from '../../support/tracks.js';

const second = 1_000_000_000n;
const running: LoopStatus = {
  ...startingStatus,
  state: 'tracking',
  track: trackingTrack(9),
  fps: 29.9,
  frames: 120,
  trackerRestarts: 2,
  dropped: { bySource: 3, byTracker: 4 },
  model: { name: 'nano', precision: 'fp32', provider: 'cpu' },
  sinks: [
    {
      ...{ name: 'mqtt', published: 100, dropped: 5, failed: 1, lastError: null },
      latencyMs: { p50: 1, p99: 2, max: 3 },
    },
  ],
  lastCommand: null,
};
const ok: Health = { level: 'ok', reasons: [], alive: true };

function vitals(overrides: Partial<Vitals> = {}): Vitals {
  return {
    nowNs: 100n * second,
    startedAtNs: 0n,
    status: running,
    frameSeenAtNs: 100n * second,
    publishedAtNs: 100n * second,
    openingFault: null,
    link: null,
    troubles: [],
    ...overrides,
  };
}

test('health: all well, something else wrong, or the target cannot be followed', (t) => {
  t.deepEqual(judgeHealth(vitals()), ok);
  t.like(judgeHealth(vitals({ troubles: ['no broker'] })), { level: 'degraded', reasons: ['no broker'] });
  const cases: readonly [Partial<Vitals>, RegExp][] = [
    [{ frameSeenAtNs: 90n * second, publishedAtNs: 90n * second }, /^no frame for 10 s$/],
    [{ publishedAtNs: 95n * second }, /^frames come, but no track for 5 s$/],
    [{ frameSeenAtNs: null, publishedAtNs: null }, /^starting: no frame yet$/],
    [{ openingFault: 'no such device' }, /^waiting for the source: no such device$/],
    [{ link: { connected: false, reconnects: 0, fault: 'gone' } }, /^the source is away: gone$/],
    [{ status: { ...running, model: null } }, /^the tracker is being started$/],
    [{ status: { ...running, state: 'ended' } }, /^the live loop has ended$/],
  ];
  for (const [overrides, reason] of cases) {
    const health = judgeHealth(vitals({ ...overrides, troubles: ['also'] }));
    t.is(health.level, 'failing');
    t.regex(health.reasons[0]!, reason);
    t.is(health.reasons[1], 'also');
    t.true(health.alive);
  }
});

test('a loop that gets frames and publishes none is not alive; one without frames is', (t) => {
  t.false(judgeHealth(vitals({ publishedAtNs: 80n * second })).alive);
  t.true(judgeHealth(vitals({ frameSeenAtNs: 80n * second, publishedAtNs: 80n * second })).alive);
});

function subject() {
  return {
    status: () => running,
    health: () => ok,
    reconnects: () => 7,
    recording: () => ({ frames: 50, framesDropped: 2, bytes: 4096, stopped: 'no space left' }),
  };
}

test('the metrics say what the loop says', async (t) => {
  using metrics = new ServiceMetrics(subject());
  const sink = new MemorySink();
  metrics.published(sink, 4);
  metrics.published(sink, 400);
  metrics.updated(2.5);
  const origin = { kind: 'mqtt' } as const;
  metrics.commanded({ command: { kind: 'stop' }, origin, atMs: 0, answer: { accepted: true, track: null } });
  metrics.commanded({ command: null, origin, atMs: 0, answer: { accepted: false, reason: 'x' } });
  const text = await metrics.text();
  for (const line of [
    'tagalong_tracks_total 120',
    'tagalong_fps 29.9',
    'tagalong_confidence 0.875',
    'tagalong_state{state="tracking"} 1',
    'tagalong_state{state="lost"} 0',
    'tagalong_dropped_total{at="source"} 3',
    'tagalong_dropped_total{at="tracker"} 4',
    'tagalong_dropped_total{at="sink:mqtt"} 6',
    'tagalong_worker_restarts_total 2',
    'tagalong_source_reconnects_total 7',
    `tagalong_latency_seconds_bucket{le="0.005",sink="${sink.name}"} 1`,
    `tagalong_latency_seconds_count{sink="${sink.name}"} 2`,
    'tagalong_update_seconds_bucket{le="0.003"} 1',
    'tagalong_commands_total{origin="mqtt",command="stop",outcome="accepted"} 1',
    'tagalong_commands_total{origin="mqtt",command="unreadable",outcome="refused"} 1',
    'tagalong_recorded_frames_total 50',
    'tagalong_recording_stopped 1',
    'tagalong_healthy 1',
  ]) {
    t.true(text.split('\n').includes(line), `${line}\n${text}`);
  }
  t.regex(text, /^process_resident_memory_bytes \d{7,}$/m);
  t.regex(text, /^tagalong_event_loop_delay_seconds\{quantile="0\.99"\} /m);
  t.regex(await metrics.text(), /^tagalong_tracks_total 120$/m); // reading twice counts nothing twice
});

test('metrics and health are served, and nothing else', async (t) => {
  using metrics = new ServiceMetrics(subject());
  let health: Health = ok;
  await using server = await openMetricsServer({
    ...{ host: '127.0.0.1', port: 0, metrics },
    health: () => health,
  });
  const scraped = await fetch(`${server.url}/metrics`);
  t.is(scraped.status, 200);
  t.regex(scraped.headers.get('content-type')!, /^text\/plain/);
  t.regex(await scraped.text(), /tagalong_fps/);
  const well = await fetch(`${server.url}/healthz?verbose`);
  t.is(well.status, 200);
  t.deepEqual(await well.json(), { status: 'ok', reasons: [] });
  health = { level: 'failing', reasons: ['no frame'], alive: true };
  const ill = await fetch(`${server.url}/healthz`);
  t.is(ill.status, 503);
  t.deepEqual(await ill.json(), { status: 'failing', reasons: ['no frame'] });
  t.is((await fetch(`${server.url}/secret`)).status, 404);
  t.is((await fetch(`${server.url}/metrics`, { method: 'POST', body: 'x' })).status, 405);
});

test('a port that is taken is told with what to do', async (t) => {
  const options = { host: '127.0.0.1', port: 0, metrics: new ServiceMetrics(subject()), health: () => ok };
  await using first = await openMetricsServer(options);
  const port = Number(new URL(first.url).port);
  await t.throwsAsync(openMetricsServer({ ...options, port }), {
    name: 'UsageError',
    message: `http: 127.0.0.1 port ${port}: taken, perhaps by another tagalong: give another http.port, or 0 for any free one`,
  });
  options.metrics[Symbol.dispose]();
});

test('temperatures are read from every sensor that answers sensibly', async (t) => {
  const folder = mkdtempSync(join(tmpdir(), 'tagalong-thermal-'));
  t.teardown(() => {
    rmSync(folder, { recursive: true, force: true });
  });
  const zones: readonly [string, string][] = [
    ['cpu-thermal\n', '51234\n'],
    ['off', '-274000'],
    ['', '40000'],
  ];
  for (const [index, [type, temp]] of zones.entries()) {
    mkdirSync(join(folder, `thermal_zone${index}`));
    writeFileSync(join(folder, `thermal_zone${index}`, 'type'), type);
    writeFileSync(join(folder, `thermal_zone${index}`, 'temp'), temp);
  }
  t.deepEqual(await readTemperatures(folder), [
    { zone: 'cpu-thermal', celsius: 51.234 },
    { zone: 'thermal_zone2', celsius: 40 },
  ]);
  t.deepEqual(await readTemperatures('/no/such'), []);
});
