import { DamagedFrameError, UsageError } from '../../core/errors.js';
import type { Box } from '../../core/geometry/box.js';
import type { SharedFrame } from '../../core/image/shared-frame.js';
import type { Command, CommandAnswer } from '../../core/ports/control.js';
import { growBox } from '../../core/selection/grow-box.js';
import type { Track } from '../../core/tracking/track.js';
import type { FrameHistory } from './frame-history.js';
import type { PendingCommand } from './live-control.js';
import { TapCounter } from './tap-selection.js';
import type { TrackerSeat } from './tracker-seat.js';

export interface CommandRunnerOptions {
  readonly seat: TrackerSeat;
  readonly history: FrameHistory;
  readonly clock: () => bigint;
  readonly latest: () => Track | null;
  /** A fault of the tracker is the answer, and the loop goes on; else it is thrown. */
  readonly survivesTracker: boolean;
}

/** Carries commands out between frames. */
export class CommandRunner {
  readonly #options: CommandRunnerOptions;
  readonly #taps = new TapCounter();

  constructor(options: CommandRunnerOptions) {
    this.#options = options;
  }

  /**
   * All commands that wait, in their order; a selection or a stop makes those before it void.
   * @throws InferenceError of a tracker that cannot be replaced, when all are answered.
   */
  async runAll(waiting: readonly PendingCommand[]): Promise<void> {
    const decisive = waiting.findLastIndex(({ command: { kind } }) => kind === 'select' || kind === 'stop');
    for (const [index, { command, answer }] of waiting.entries()) {
      if (command.kind === 'model') {
        void this.#settle(this.#swap(command.name), answer); // takes its time: the loop goes on meanwhile
      } else if (index < decisive) {
        answer({ accepted: false, reason: 'overtaken by a later command' });
      } else {
        await this.#settle(this.#run(command), answer);
      }
    }
  }

  async #settle(outcome: Promise<Track | null>, answer: (answer: CommandAnswer) => void): Promise<void> {
    try {
      answer({ accepted: true, track: await outcome });
    } catch (error) {
      answer({ accepted: false, reason: error instanceof Error ? error.message : String(error) });
      const harmless = error instanceof UsageError || error instanceof DamagedFrameError;
      if (!harmless && !this.#options.survivesTracker) throw error;
    }
  }

  async #run(command: Exclude<Command, { kind: 'status' | 'model' }>): Promise<Track | null> {
    const { seat, latest } = this.#options;
    switch (command.kind) {
      case 'select':
        return this.#select(command);
      case 'stop':
        await seat.stop();
        return null;
      case 'pause':
        seat.pause();
        return latest();
      case 'resume':
        seat.resume();
        return latest();
    }
  }

  async #select(command: Extract<Command, { kind: 'select' }>): Promise<Track> {
    const { seat, history } = this.#options;
    const frame = history.find(command).share(); // selecting takes a while: it must not be let go meanwhile
    try {
      const box = 'box' in command ? command.box : await this.#grow(command.point, frame);
      return await seat.select(frame, box);
    } finally {
      frame.dispose();
    }
  }

  async #grow(point: { readonly x: number; readonly y: number }, frame: SharedFrame): Promise<Box> {
    const { seat, history, clock } = this.#options;
    const { width, height } = frame;
    if (point.x < 0 || point.y < 0 || point.x > width || point.y > height) {
      throw new UsageError(`select ${point.x},${point.y}: lies outside the ${width}x${height} frame`);
    }
    const wider = this.#taps.count(point, clock(), seat.box);
    const neighbours = neighboursOf(frame, history);
    try {
      return await seat.growBox({ point, frame, neighbours, wider }, growBox);
    } finally {
      for (const neighbour of neighbours) neighbour.dispose();
    }
  }

  async #swap(name: string): Promise<Track | null> {
    await this.#options.seat.swap(name);
    return this.#options.latest();
  }
}

/** Frames some way before and after this one: far enough for slow objects to have moved. */
const neighbourDistancesNs = [-160_000_000n, 160_000_000n, -320_000_000n] as const;

function neighboursOf(frame: SharedFrame, history: FrameHistory): SharedFrame[] {
  const found = neighbourDistancesNs.map((distance) =>
    history.nearestTo(frame.capturedAtNs + distance, frame.sequence),
  );
  return [...new Set(found)]
    .filter((it) => it !== null)
    .filter(({ width, height }) => width === frame.width && height === frame.height)
    .map((it) => it.share());
}
