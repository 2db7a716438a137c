import { setTimeout as sleep } from 'node:timers/promises';
import { SourceError } from '../../core/errors.js';
import type { Box } from '../../core/geometry/box.js';
import { packedFrame, type Frame } from '../../core/image/frame.js';
import type { FrameSource, SourceDescription, SourceStatistics } from '../../core/ports/frame-source.js';
import { silentLog } from '../../core/ports/log.js';
import { parseSimulationQuery, type SimulationQuery } from '../../core/simulation/options.js';
import { createSimulation, type Simulation } from '../../core/simulation/simulation.js';
import type { Truth } from '../../core/simulation/scene/truth.js';
import type { GimbalMount } from '../gimbal/simulated/gimbal-mount.js';
import { frameSource, type FrameDriver } from '../../core/sources/frame-driver.js';
import { FrameRing } from '../../core/sources/frame-ring.js';
import { heldFrames, type HoldBudget } from '../../core/sources/held-frames.js';

/**
 * Opens `sim://?seed=…`: the simulated flight as a camera. Options: seed, size, fps, scenario, format, noise, blur, frames
 * (ends after so many), realtime (paced by the clock, dropping frames like a camera; else as fast as they are taken), gimbal
 * (a MAVLink link to a gimbal outside that holds the camera; it is turned to the target before the first frame).
 * @throws UsageError on an unknown or impossible option; SourceError where no gimbal answers
 */
export async function openSimSource(
  query: URLSearchParams,
  uri: string,
  hold?: HoldBudget,
): Promise<SimSource> {
  const parsed = parseSimulationQuery(query);
  const simulation = createSimulation(parsed.settings);
  const mount = parsed.gimbal === null ? null : await openMount(parsed.gimbal, simulation);
  return new SimSource({ query: parsed, uri, hold, simulation, mount });
}

async function openMount(url: string, simulation: Simulation): Promise<GimbalMount> {
  const { GimbalMount } = await import('../gimbal/simulated/gimbal-mount.js'); // MAVLink, only for those who ask for it
  const mount = await GimbalMount.open(url, silentLog);
  try {
    await mount.pointAt(simulation.gimbal());
  } catch (error) {
    await mount[Symbol.asyncDispose]();
    throw error;
  }
  simulation.mountOn(mount.at(Number(process.hrtime.bigint()) / 1e9));
  simulation.step(0);
  return mount;
}

interface SimSourceParts {
  readonly query: SimulationQuery;
  readonly uri: string;
  readonly hold: HoldBudget | undefined;
  readonly simulation: Simulation;
  /** Closed with the source. */
  readonly mount: GimbalMount | null;
}

/** Frames of a simulation, with the truth about each. Frame n shows the moment n / fps. */
export class SimSource implements FrameSource {
  /** The world itself: whoever closes the loop commands its gimbal here. Stepped by the source alone. */
  readonly simulation: Simulation;
  readonly #source: FrameSource;
  readonly #truths = new Map<number, Truth>();
  readonly #initialBox: Box;

  constructor(parts: SimSourceParts) {
    this.simulation = parts.simulation;
    const { box } = this.simulation.truth();
    if (!box) throw new SourceError(`${parts.uri}: the target is not in the first frame`);
    this.#initialBox = box;
    const remember = (sequence: number, truth: Truth): void => {
      this.#truths.set(sequence, truth);
      this.#truths.delete(sequence - truthsKept);
    };
    this.#source = frameSource(createDriver(parts, remember));
  }

  /** The truth about a delivered frame; undefined when it was never delivered, or longer ago than 1024 frames. */
  truthOf(sequence: number): Truth | undefined {
    return this.#truths.get(sequence);
  }

  /** The target's box in frame 0, where it is never hidden. */
  initialBox(): Box {
    return this.#initialBox;
  }

  describe(): SourceDescription {
    return this.#source.describe();
  }

  statistics(): SourceStatistics {
    return this.#source.statistics();
  }

  frames(signal?: AbortSignal): AsyncIterable<Frame> {
    return this.#source.frames(signal);
  }

  close(): Promise<void> {
    return this.#source.close();
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }
}

const truthsKept = 1024;
const ringSlots = 4;

function createDriver(
  { simulation, query, uri, hold, mount }: SimSourceParts,
  remember: (sequence: number, truth: Truth) => void,
): FrameDriver {
  const { settings, fps, frames, realtime } = query;
  const { size, format, scenario, seed } = settings;
  const holdable = heldFrames(hold, simulation.frameBytes, fps);
  const ring = new FrameRing(ringSlots + holdable, simulation.frameBytes);
  const clock = createClock(fps);
  let shown = -1;
  let dropped = 0;
  return {
    describe: () => ({
      uri,
      ...size,
      format,
      fps,
      live: realtime,
      ...(holdable > 0 && { holdable }),
      detail: `simulated ${scenario}, seed ${seed}, ${size.width}x${size.height} ${format} at ${fps} fps${realtime ? '' : ', not paced'}${mount ? `, on the gimbal at ${query.gimbal}` : ''}`,
    }),
    dropped: () => dropped,
    async next(signal) {
      // a reader that holds all slots makes the source wait: when paced, frames pass by meanwhile
      const slot = await ring.acquire(signal);
      if (!slot) return undefined;
      const sequence = realtime ? await clock.waitAfter(shown, signal) : shown + 1;
      if (sequence === undefined || (frames !== null && sequence >= frames)) {
        slot.release();
        return undefined;
      }
      for (let i = Math.max(0, shown); i < sequence; i++) {
        if (mount) simulation.mountOn(mount.at(Number(clock.timeOf(i + 1)) / 1e9));
        simulation.step(1 / fps);
      }
      dropped += sequence - shown - 1;
      shown = sequence;
      simulation.render(slot.data);
      remember(sequence, simulation.truth());
      const capturedAtNs = realtime ? clock.timeOf(sequence) : nanoseconds(sequence, fps);
      return packedFrame(format, size, slot.data, {
        sequence,
        capturedAtNs,
        dispose: () => {
          slot.release();
        },
      });
    },
    close: async () => {
      await mount?.[Symbol.asyncDispose]();
    },
  };
}

interface FrameClock {
  /** Waits until a frame later than `sequence` is due and returns the newest due; undefined when aborted. */
  waitAfter(sequence: number, signal: AbortSignal): Promise<number | undefined>;
  /** CLOCK_MONOTONIC time at which a frame was due. */
  timeOf(sequence: number): bigint;
}

/** Starts when the first frame is asked for. */
function createClock(fps: number): FrameClock {
  let start: bigint | undefined;
  return {
    async waitAfter(sequence, signal) {
      start ??= process.hrtime.bigint();
      for (;;) {
        if (signal.aborted) return undefined;
        const elapsed = Number(process.hrtime.bigint() - start);
        const due = Math.floor((elapsed * fps) / 1e9);
        if (due > sequence) return due;
        const remaining = ((sequence + 1) / fps) * 1e3 - elapsed / 1e6;
        await sleep(Math.max(1, Math.floor(remaining)), undefined, { signal }).catch(() => undefined);
      }
    },
    timeOf: (sequence) => (start ?? 0n) + nanoseconds(sequence, fps),
  };
}

function nanoseconds(sequence: number, fps: number): bigint {
  return BigInt(Math.round((sequence * 1e9) / fps));
}
