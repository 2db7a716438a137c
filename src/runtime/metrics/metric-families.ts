import type { IntervalHistogram } from 'node:perf_hooks';
import { Counter, Gauge, type Registry } from 'prom-client';
import type { LoopStatus } from '../../core/ports/loop-status.js';
import type { RecorderStatistics } from '../recording/recorder.js';
import type { Health } from './health.js';
import { readTemperatures } from './temperatures.js';

/** What is asked whenever the metrics are read. */
export interface MetricsSubject {
  readonly status: () => LoopStatus;
  readonly health: () => Health;
  readonly reconnects: () => number;
  readonly recording: () => RecorderStatistics | null;
  /** Name of the folder the model in use was opened from; null where nobody can say. */
  readonly modelFolder?: () => string | null;
}

/** The delay is measured by a timer of this period, and its time includes the period. */
export const resolutionMs = 10;

const states = ['starting', 'idle', 'tracking', 'coasting', 'lost', 'paused', 'ended'] as const;
type Registers = Registry[];

/** A gauge whose value is asked for when it is read. */
function gauge(registers: Registers, name: string, help: string, read: () => number | null): void {
  new Gauge({
    name,
    help,
    registers,
    collect() {
      this.set(read() ?? Number.NaN);
    },
  });
}

/** A counter kept elsewhere. */
function total(registers: Registers, name: string, help: string, read: () => number): void {
  new Counter({
    name,
    help,
    registers,
    collect() {
      this.reset();
      this.inc(read());
    },
  });
}

/** What the live loop says of itself. */
export function addLoopMetrics(
  registers: Registers,
  { status, health, reconnects, modelFolder }: MetricsSubject,
): void {
  total(registers, 'tagalong_tracks_total', 'Tracks published', () => status().frames);
  gauge(registers, 'tagalong_fps', 'Tracks a second over the last second', () => status().fps ?? 0);
  gauge(registers, 'tagalong_confidence', 'Of the newest track, 0..1', () => status().track?.confidence ?? 0);
  gauge(registers, 'tagalong_healthy', '1 when the target can be followed', () =>
    health().level === 'failing' ? 0 : 1,
  );
  total(registers, 'tagalong_source_reconnects_total', 'Times the source was opened anew', reconnects);
  total(
    registers,
    'tagalong_worker_restarts_total',
    'Times the tracker died or hung and was started again',
    () => status().trackerRestarts,
  );
  new Gauge({
    name: 'tagalong_model_info',
    help: '1 for the model in use, its folder, and the execution provider that runs it; fallback: 1 when another was wished for, or runs only a part',
    labelNames: ['name', 'precision', 'provider', 'fallback', 'folder'],
    registers,
    collect() {
      const { model } = status();
      this.reset();
      if (!model) return;
      const { name, precision, provider, fallback: reason } = model;
      const folder = modelFolder?.() ?? null;
      const fallback = reason === undefined ? '0' : '1';
      this.set({ name, precision, provider, fallback, ...(folder !== null && { folder }) }, 1);
    },
  });
  new Gauge({
    name: 'tagalong_state',
    help: '1 for the present state, 0 for all others',
    labelNames: ['state'],
    registers,
    collect() {
      const { state } = status();
      for (const it of states) this.set({ state: it }, it === state ? 1 : 0);
    },
  });
  new Counter({
    name: 'tagalong_dropped_total',
    help: 'Frames lost before the tracker (source, tracker) and tracks a sink could not keep up with (sink:…)',
    labelNames: ['at'],
    registers,
    collect() {
      const { dropped, sinks } = status();
      this.reset();
      this.inc({ at: 'source' }, dropped.bySource);
      this.inc({ at: 'tracker' }, dropped.byTracker);
      for (const sink of sinks) this.inc({ at: `sink:${sink.name}` }, sink.dropped + sink.failed);
    },
  });
}

export function addRecordingMetrics(registers: Registers, { recording }: MetricsSubject): void {
  const read = (choose: (statistics: RecorderStatistics) => number) => () => {
    const statistics = recording();
    return statistics ? choose(statistics) : 0;
  };
  total(
    registers,
    'tagalong_recorded_frames_total',
    'Frames in the recorded video',
    read((it) => it.frames),
  );
  total(
    registers,
    'tagalong_recording_dropped_frames_total',
    'Frames the recording lost',
    read((it) => it.framesDropped),
  );
  gauge(
    registers,
    'tagalong_recording_bytes',
    'Room on the disk the recording takes',
    read((it) => it.bytes),
  );
  gauge(
    registers,
    'tagalong_recording_stopped',
    '1 while there is a recording that cannot be written',
    read((it) => (it.stopped === null ? 0 : 1)),
  );
}

/** The process and the machine. @param eventLoop with a resolution of resolutionMs. */
export function addProcessMetrics(registers: Registers, eventLoop: IntervalHistogram): void {
  gauge(registers, 'process_resident_memory_bytes', 'Resident memory', () => process.memoryUsage.rss());
  total(registers, 'process_cpu_seconds_total', 'Processor time, user and system', () => {
    const { user, system } = process.cpuUsage();
    return (user + system) / 1e6;
  });
  new Gauge({
    name: 'tagalong_event_loop_delay_seconds',
    help: 'How late the main thread is, since the last reading',
    labelNames: ['quantile'],
    registers,
    collect() {
      for (const quantile of [0.5, 0.99, 1]) {
        const ms = eventLoop.count === 0 ? 0 : eventLoop.percentile(quantile * 100) / 1e6 - resolutionMs;
        this.set({ quantile: String(quantile) }, Math.max(0, ms) / 1000);
      }
      eventLoop.reset();
    },
  });
  new Gauge({
    name: 'tagalong_temperature_celsius',
    help: 'Of every sensor the kernel shows',
    labelNames: ['zone'],
    registers,
    async collect() {
      this.reset();
      for (const { zone, celsius } of await readTemperatures()) this.set({ zone }, celsius);
    },
  });
}
