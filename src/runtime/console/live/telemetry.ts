import type { Sample } from '../../../core/console/server-messages.js';
import type { LoopStatus } from '../../../core/ports/loop-status.js';
import type { Track } from '../../../core/tracking/track.js';
import type { EventLog } from './events.js';

/** Two minutes. */
const mostSamples = 240;

/** Puts the state into words for the event log. */
const words: Readonly<
  Record<Sample['state'], readonly [level: 'info' | 'good' | 'warning' | 'fault', text: string]>
> = {
  starting: ['info', 'starting'],
  ended: ['warning', 'the live loop has ended'],
  paused: ['info', 'paused'],
  idle: ['info', 'no target'],
  tracking: ['good', 'tracking'],
  coasting: ['warning', 'coasting: the target is predicted, not seen'],
  lost: ['fault', 'LOST'],
};

/** Half-second samples of the run, and its changes of state as events. */
export class Telemetry {
  readonly #events: EventLog;
  readonly #samples: Sample[] = [];
  readonly #clock: () => bigint;
  #worstNs: number | null = null;
  #told = '';
  #live = true;

  /** @param clock ns of CLOCK_MONOTONIC. */
  constructor(events: EventLog, clock: () => bigint = () => process.hrtime.bigint()) {
    this.#events = events;
    this.#clock = clock;
  }

  /** Oldest first. */
  get samples(): readonly Sample[] {
    return this.#samples;
  }

  /** For the sink. */
  publish({ state, target, frame }: Track): void {
    const ageNs = Number(this.#clock() - frame.capturedAtNs);
    if (this.#live) this.#worstNs = Math.max(this.#worstNs ?? 0, ageNs);
    this.#tell(state, target);
  }

  /** Called twice a second. @returns the newest sample. */
  sample({ state, track, fps, source }: LoopStatus): Sample {
    this.#live = source?.live ?? true;
    if (state !== track?.state) this.#tell(state, track?.target ?? 0);
    const sample: Sample = {
      state,
      confidence: track && state !== 'idle' && state !== 'paused' ? track.confidence : null,
      fps,
      latencyMs: this.#worstNs === null ? null : this.#worstNs / 1e6,
    };
    this.#worstNs = null;
    this.#samples.push(sample);
    if (this.#samples.length > mostSamples) this.#samples.shift();
    return sample;
  }

  #tell(state: Sample['state'], target: number): void {
    const key = `${state} ${target}`;
    if (key === this.#told || (state === 'idle' && this.#told.startsWith('paused'))) return;
    this.#told = key;
    const [level, text] = words[state];
    this.#events.add(level, target > 0 ? `${text} (target ${target})` : text);
  }
}
