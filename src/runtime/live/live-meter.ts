import type { Track, TrackState } from '../../core/tracking/track.js';
import { LatencyHistogram } from './latency-histogram.js';

export interface LiveStatistics {
  /** Tracks published. */
  readonly frames: number;
  readonly states: Readonly<Record<TrackState, number>>;
  /** Tracks a second over the last second or so; null before the second track. */
  readonly fps: number | null;
  /** Capture to published, ms. For recorded video, where the capture is long past: delivered to published. NaN without tracks. */
  readonly latencyMs: { readonly p50: number; readonly p99: number; readonly max: number };
  /** First to last track, in seconds. */
  readonly seconds: number;
}

/** Counts what the live loop publishes. */
export class LiveMeter {
  readonly #latency = new LatencyHistogram();
  readonly #states: Record<TrackState, number> = { idle: 0, tracking: 0, coasting: 0, lost: 0 };
  readonly #recent: bigint[] = [];
  #first: bigint | null = null;

  /** @param nowNs when the track was published. */
  record({ state }: Track, latencyNs: bigint, nowNs: bigint): void {
    this.#first ??= nowNs;
    this.#states[state] += 1;
    this.#latency.record(Number(latencyNs));
    this.#recent.push(nowNs);
    // at least two, and otherwise one second
    while (this.#recent.length > 2 && nowNs - this.#recent[0]! > 1_000_000_000n) this.#recent.shift();
  }

  read(): LiveStatistics {
    const oldest = this.#recent[0];
    const newest = this.#recent.at(-1);
    const span = oldest !== undefined && newest !== undefined ? Number(newest - oldest) / 1e9 : 0;
    return {
      frames: this.#latency.count,
      states: { ...this.#states },
      fps: span > 0 ? (this.#recent.length - 1) / span : null,
      latencyMs: {
        p50: this.#latency.percentileMs(0.5),
        p99: this.#latency.percentileMs(0.99),
        max: this.#latency.maxMs,
      },
      seconds: newest !== undefined && this.#first !== null ? Number(newest - this.#first) / 1e9 : 0,
    };
  }
}
