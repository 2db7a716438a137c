import type { Box } from '../../core/geometry/box.js';
import { packedFrame, type Frame } from '../../core/image/frame.js';
import { createSimulation } from '../../core/simulation/simulation.js';
import type { Tracker } from '../../core/tracking/tracker.js';
import type { Golden } from './golden.js';

/** What a golden clip is rendered from. */
export type GoldenClip = Pick<Golden, 'simulation' | 'fps'>;

/** Renders the clip's first `count` frames, one at a time: each is valid until the next. */
export function* goldenFrames({ simulation, fps }: GoldenClip, count: number): Generator<Frame> {
  const world = createSimulation(simulation);
  const data = new Uint8Array(world.frameBytes);
  for (let sequence = 0; sequence < count; sequence++) {
    if (sequence > 0) world.step(1 / fps);
    world.render(data);
    const capturedAtNs = BigInt(Math.round((sequence * 1e9) / fps));
    yield packedFrame(simulation.format, simulation.size, data, { sequence, capturedAtNs });
  }
}

/**
 * Follows the clip from `selection` in frame 0: the answers for frames 1, 2, ..., as many as `count`.
 * @param onUpdate told how long each update took, ms; for whom a clock is given.
 */
export async function followGolden(
  tracker: Tracker,
  clip: GoldenClip & Pick<Golden, 'selection'>,
  count: number,
  { signal, now, onUpdate }: FollowOptions = {},
): Promise<(Box | null)[]> {
  const answers: (Box | null)[] = [];
  for (const frame of goldenFrames(clip, count + 1)) {
    signal?.throwIfAborted();
    if (frame.sequence === 0) {
      await tracker.init(frame, clip.selection);
      continue;
    }
    const before = now?.() ?? 0;
    answers.push((await tracker.update(frame)).box);
    if (now) onUpdate?.(now() - before);
  }
  return answers;
}

export interface FollowOptions {
  readonly signal?: AbortSignal;
  /** Milliseconds, such as `performance.now`. */
  readonly now?: () => number;
  readonly onUpdate?: (milliseconds: number) => void;
}
