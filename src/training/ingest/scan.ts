import type { Frame } from '../../core/image/frame.js';
import type { FrameSource } from '../../core/ports/frame-source.js';
import { createShotDetector } from './shots.js';
import { isFrozen, takeThumbnail, type Thumbnail } from './thumbnail.js';

/** What a first look at all frames of a source tells. */
export interface Scan {
  /** Numbers, counted from 0, of the frames that differ from the one before. */
  readonly distinct: readonly number[];
  /** Members of `distinct` that begin a new shot. */
  readonly cuts: ReadonlySet<number>;
  /** What the source threw after the last frame; null when it ended well. */
  readonly damage: Error | null;
}

/** Reads every frame once. A fault ends the scan and is kept, not thrown: the frames before it may still serve. */
export async function scanSource(source: FrameSource, signal?: AbortSignal): Promise<Scan> {
  const distinct: number[] = [];
  const shots = createShotDetector();
  let previous: Thumbnail | null = null;
  let number = 0;
  try {
    for await (const frame of source.frames(signal)) {
      const thumbnail = look(frame);
      if (!previous || !isFrozen(previous, thumbnail)) {
        distinct.push(number);
        shots.add(thumbnail);
        previous = thumbnail;
      }
      number++;
    }
  } catch (fault) {
    signal?.throwIfAborted();
    const damage = fault instanceof Error ? fault : new Error(String(fault));
    return { distinct, cuts: numbersOf(shots.cuts(), distinct), damage };
  }
  signal?.throwIfAborted();
  return { distinct, cuts: numbersOf(shots.cuts(), distinct), damage: null };
}

function look(frame: Frame): Thumbnail {
  try {
    return takeThumbnail(frame);
  } finally {
    frame.dispose();
  }
}

function numbersOf(indices: readonly number[], distinct: readonly number[]): Set<number> {
  return new Set(indices.map((index) => distinct[index]!));
}
