import { setTimeout as sleep } from 'node:timers/promises';
import type { Box } from '../../../src/core/geometry/box.js';
import { packedFrame } from '../../../src/core/image/frame.js';
import type {
  FrameSource,
  SourceDescription,
  SourceStatistics,
} from '../../../src/core/ports/frame-source.js';
import type { Frame } from '../../../src/core/image/frame.js';
import type { Sink } from '../../../src/core/ports/sink.js';
import { createSimulation } from '../../../src/core/simulation/simulation.js';
import type { ScenarioName } from '../../../src/core/simulation/options.js';
import type { Track } from '../../../src/core/tracking/track.js';

const size = { width: 640, height: 360 };
/** Frames a second of the camera's own world: at this rate the simulation moves on from frame to frame. */
const worldFps = 30;
const paceMs = 50;
/** A frame that gets no track, such as one passed by while a selection is caught up. */
const longestWaitMs = 500;

/**
 * The simulated flight as a live camera that waits for the tracker: however busy the machine is, the tracker sees every frame,
 * and so does the same thing every time. Also its sink.
 */
export class Flight implements FrameSource, Sink {
  readonly name = 'flight';
  readonly dropped = 0;
  readonly tracks: Track[] = [];
  /** Something solid hangs over the target. */
  covered = false;
  /** No frame comes while it is true. */
  held = false;
  readonly #simulation;
  readonly #truths = new Map<number, Box | null>();
  #published: () => void = () => undefined;
  readonly #closing = new AbortController();

  constructor(scenario: ScenarioName = 'calm') {
    this.#simulation = createSimulation({ scenario, seed: 3, size });
  }

  describe(): SourceDescription {
    return {
      uri: 'sim://test',
      ...size,
      format: 'rgb24',
      fps: 20,
      live: true,
      detail: 'a flight that waits',
    };
  }

  statistics(): SourceStatistics {
    return { delivered: this.#truths.size, dropped: 0 };
  }

  /** Where the target is in a frame that was given; null when out of sight. */
  truthOf(sequence: number): Box | null {
    return this.#truths.get(sequence) ?? null;
  }

  async *frames(): AsyncGenerator<Frame, void, undefined> {
    const isOver = (): boolean => this.#closing.signal.aborted;
    for (let sequence = 0; !isOver(); sequence += 1) {
      while (this.held && !isOver()) await sleep(20);
      const data = new Uint8Array(new SharedArrayBuffer(size.width * size.height * 3));
      this.#simulation.render(data);
      const { box } = this.#simulation.truth();
      this.#truths.set(sequence, box);
      if (this.covered && box) cover(data, box);
      const published = new Promise<void>((resolve) => (this.#published = resolve));
      const capturedAtNs = process.hrtime.bigint();
      yield packedFrame('rgb24', size, data, { sequence, capturedAtNs });
      await Promise.all([sleep(paceMs), Promise.race([published, sleep(longestWaitMs)])]);
      this.#simulation.step(1 / worldFps);
    }
  }

  publish(track: Track): void {
    this.tracks.push(track);
    this.#published();
  }

  close(): Promise<void> {
    this.#closing.abort();
    return Promise.resolve();
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }
}

/** A grey sheet, half as large again as what it hides. */
function cover(rgb: Uint8Array, { cx, cy, width, height }: Box): void {
  const left = Math.max(0, Math.floor(cx - width * 0.9));
  const right = Math.min(size.width, Math.ceil(cx + width * 0.9));
  const top = Math.max(0, Math.floor(cy - height * 0.9));
  const bottom = Math.min(size.height, Math.ceil(cy + height * 0.9));
  for (let y = top; y < bottom; y += 1) {
    rgb.fill(96, (y * size.width + left) * 3, (y * size.width + right) * 3);
  }
}
