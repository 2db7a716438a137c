import { monitorEventLoopDelay, type IntervalHistogram } from 'node:perf_hooks';
import { Counter, Histogram, Registry } from 'prom-client';
import type { CommandEvent } from '../../core/ports/control.js';
import type { Sink } from '../../core/ports/sink.js';
import {
  addLoopMetrics,
  addProcessMetrics,
  addRecordingMetrics,
  resolutionMs,
  type MetricsSubject,
} from './metric-families.js';

const millisecondBuckets = [0.5, 1, 2, 3, 5, 7.5, 10, 15, 20, 30, 50, 75, 100, 200, 500, 1000];
const secondBuckets = millisecondBuckets.map((ms) => ms / 1000);

/** The service's Prometheus metrics, in a registry of their own. Names and units follow Prometheus' conventions. */
export class ServiceMetrics implements Disposable {
  readonly #registry = new Registry();
  readonly #eventLoop: IntervalHistogram = monitorEventLoopDelay({ resolution: resolutionMs });
  readonly #update: Histogram;
  readonly #latency: Histogram<'sink'>;
  readonly #commands: Counter<'origin' | 'command' | 'outcome'>;

  constructor(subject: MetricsSubject) {
    const registers = [this.#registry];
    this.#update = new Histogram({
      name: 'tagalong_update_seconds',
      help: 'One update of the tracker, with the way to its worker and back',
      buckets: secondBuckets,
      registers,
    });
    this.#latency = new Histogram({
      name: 'tagalong_latency_seconds',
      help: "From a frame's capture to the end of publishing its track, by sink",
      labelNames: ['sink'],
      buckets: secondBuckets,
      registers,
    });
    this.#commands = new Counter({
      name: 'tagalong_commands_total',
      help: 'Commands answered, by kind of origin, command and outcome',
      labelNames: ['origin', 'command', 'outcome'],
      registers,
    });
    addLoopMetrics(registers, subject);
    addRecordingMetrics(registers, subject);
    addProcessMetrics(registers, this.#eventLoop);
    this.#eventLoop.enable();
  }

  /** For the live loop's onPublished. */
  published({ name }: Sink, latencyMs: number): void {
    this.#latency.observe({ sink: name }, latencyMs / 1000);
  }

  updated(elapsedMs: number): void {
    this.#update.observe(elapsedMs / 1000);
  }

  /** For Control.onCommand. */
  commanded({ command, origin, answer }: CommandEvent): void {
    const outcome = answer.accepted ? 'accepted' : 'refused';
    this.#commands.inc({ origin: origin.kind, command: command?.kind ?? 'unreadable', outcome });
  }

  get contentType(): string {
    return this.#registry.contentType;
  }

  /** The text Prometheus reads. */
  text(): Promise<string> {
    return this.#registry.metrics();
  }

  [Symbol.dispose](): void {
    this.#eventLoop.disable();
    this.#registry.clear();
  }
}
