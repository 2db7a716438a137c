import type { Box } from '../../core/geometry/box.js';
import type { Frame } from '../../core/image/frame.js';
import type { SharedFrame } from '../../core/image/shared-frame.js';
import type { Track } from '../../core/tracking/track.js';

/** A target in a frame: enough to start a tracker on it. */
export interface Sighting {
  readonly frame: SharedFrame;
  readonly box: Box;
}

/** Confident places that are remembered without their frames. */
const trailLength = 90;

/** What is known of the target outside the tracker, so that another tracker can go on with it. */
export class LastSeen implements Disposable {
  readonly #minConfidence: number;
  readonly #coastFrames: number;
  #sighting: Sighting | null;
  /** Where it was seen with confidence, oldest first. */
  readonly #trail: { readonly sequence: number; readonly box: Box }[] = [];
  #track: Track;
  #missed = 0;

  /** Holds a share of the frame it was selected on. */
  constructor(
    { frame, box }: Sighting,
    track: Track,
    { minConfidence = 0.6, coastFrames = 15 }: { minConfidence?: number; coastFrames?: number } = {},
  ) {
    this.#sighting = { frame: frame.share(), box };
    this.#trail.push({ sequence: frame.sequence, box });
    this.#track = track;
    this.#minConfidence = minConfidence;
    this.#coastFrames = coastFrames;
  }

  /** The last confident view of the target; its frame stays this object's. */
  get sighting(): Sighting {
    if (!this.#sighting) throw new Error('the target was let go');
    return this.#sighting;
  }

  /** The newest track. */
  get track(): Track {
    return this.#track;
  }

  /** Takes in what the tracker says; `frame` is the track's, null when it is not at hand. */
  see(track: Track, frame: SharedFrame | null): void {
    this.#track = track;
    this.#missed = 0;
    if (!frame || !track.box || track.state !== 'tracking' || track.confidence < this.#minConfidence) return;
    this.#sighting?.frame.dispose();
    this.#sighting = { frame: frame.share(), box: track.box };
    this.#trail.push({ sequence: track.frame.sequence, box: track.box });
    if (this.#trail.length > trailLength) this.#trail.shift();
  }

  /**
   * The oldest confident view whose frame `find` still gives; the last one when there is none. Another tracker that begins there sees the
   * target move, and its looks change, before it is needed. The caller disposes the frame.
   */
  earliest(find: (sequence: number) => SharedFrame | null): Sighting {
    for (const { sequence, box } of this.#trail) {
      const frame = find(sequence);
      if (frame) return { frame: frame.share(), box };
    }
    const { frame, box } = this.sighting;
    return { frame: frame.share(), box };
  }

  /** What can be said of a frame that no tracker looked at: the last track goes on, for a while. */
  predict({ sequence, capturedAtNs, width, height }: Frame): Track {
    const { box, velocity, target, frame: last } = this.#track;
    const ahead = sequence - last.sequence;
    this.#missed += 1;
    const about = { confidence: 0, frame: { sequence, capturedAtNs, width, height }, target };
    const moved = box && {
      ...box,
      cx: box.cx + ahead * (velocity?.x ?? 0),
      cy: box.cy + ahead * (velocity?.y ?? 0),
    };
    const inside = moved && moved.cx >= 0 && moved.cx <= width && moved.cy >= 0 && moved.cy <= height;
    if (!inside || this.#missed > this.#coastFrames) {
      return { ...about, state: 'lost', box: null, velocity: null };
    }
    return { ...about, state: 'coasting', box: moved, velocity };
  }

  [Symbol.dispose](): void {
    this.#sighting?.frame.dispose();
    this.#sighting = null;
  }
}
