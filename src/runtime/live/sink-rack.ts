import type { LatencySummary, SinkHealth } from '../../core/ports/loop-status.js';
import type { Sink } from '../../core/ports/sink.js';
import type { Track } from '../../core/tracking/track.js';
import { LatencyHistogram } from './latency-histogram.js';

export interface SinkRackOptions {
  /** Told once for every sink that throws, against its obligation. */
  readonly onFault?: ((sink: Sink, error: unknown) => void) | undefined;
  /** Told after every publication. */
  readonly onPublished?: ((sink: Sink, latencyMs: number) => void) | undefined;
  /** Nanoseconds of CLOCK_MONOTONIC. */
  readonly clock: () => bigint;
}

interface Place {
  readonly sink: Sink;
  readonly latency: LatencyHistogram;
  published: number;
  failed: number;
  lastError: string | null;
}

/** The sinks side by side: what one of them does or throws, the others do not feel. */
export class SinkRack {
  readonly #places: readonly Place[];
  readonly #options: SinkRackOptions;

  constructor(sinks: readonly Sink[], options: SinkRackOptions) {
    this.#options = options;
    this.#places = sinks.map((sink) => ({
      ...{ sink, latency: new LatencyHistogram() },
      ...{ published: 0, failed: 0, lastError: null },
    }));
  }

  /** @param sinceNs what the latency is counted from */
  publish(track: Track, sinceNs: bigint): void {
    const { clock, onFault, onPublished } = this.#options;
    for (const place of this.#places) {
      try {
        place.sink.publish(track);
        place.published += 1;
        const latencyNs = Number(clock() - sinceNs);
        place.latency.record(latencyNs);
        onPublished?.(place.sink, Math.max(0, latencyNs) / 1e6);
      } catch (error) {
        if (place.failed === 0) onFault?.(place.sink, error);
        place.failed += 1;
        place.lastError = error instanceof Error ? error.message : String(error);
      }
    }
  }

  health(): SinkHealth[] {
    return this.#places.map(({ sink, latency, published, failed, lastError }) => ({
      name: sink.name,
      dropped: sink.dropped,
      ...{ published, failed, lastError },
      latencyMs: summarise(latency),
    }));
  }
}

export function summarise(latency: LatencyHistogram): LatencySummary {
  if (latency.count === 0) return { p50: null, p99: null, max: null };
  return { p50: latency.percentileMs(0.5), p99: latency.percentileMs(0.99), max: latency.maxMs };
}
