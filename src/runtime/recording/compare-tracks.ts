import { boxFromCorner, centreDistance, iou } from '../../core/geometry/box.js';
import type { Track } from '../../core/tracking/track.js';
import type { RecordedTrack } from './read-recording.js';

export interface TrackComparison {
  /** Frames that both followed a target on, or one of them did. */
  readonly frames: number;
  /** Of these, both had a box. */
  readonly bothSeen: number;
  readonly onlyRecorded: number;
  readonly onlyReplayed: number;
  /** Over the frames where both had a box; null without any. */
  readonly meanIou: number | null;
  /** Half of the boxes' centres lie nearer than this, in pixels; null without any. */
  readonly medianDistance: number | null;
  /** Share of the frames with the same state. */
  readonly sameState: number | null;
}

/** Compares what a replay says with what was recorded, frame by frame (by their numbers). */
export class TrackComparer {
  readonly #recorded: ReadonlyMap<number, RecordedTrack>;
  readonly #distances: number[] = [];
  #frames = 0;
  #overlap = 0;
  #onlyRecorded = 0;
  #onlyReplayed = 0;
  #sameState = 0;

  constructor(recorded: readonly RecordedTrack[]) {
    this.#recorded = new Map(recorded.map((track) => [track.sequence, track]));
  }

  see({ state, box, frame }: Track): void {
    const recorded = this.#recorded.get(frame.sequence);
    if (!recorded || (recorded.target === 0 && state === 'idle')) return;
    this.#frames += 1;
    if (recorded.state === state) this.#sameState += 1;
    const before = recorded.box && boxFromCorner(recorded.box);
    if (before && box) {
      this.#overlap += iou(before, box);
      this.#distances.push(centreDistance(before, box));
    } else if (before) this.#onlyRecorded += 1;
    else if (box) this.#onlyReplayed += 1;
  }

  read(): TrackComparison {
    const both = this.#distances.length;
    const sorted = [...this.#distances].sort((a, b) => a - b);
    return {
      frames: this.#frames,
      bothSeen: both,
      onlyRecorded: this.#onlyRecorded,
      onlyReplayed: this.#onlyReplayed,
      meanIou: both > 0 ? this.#overlap / both : null,
      medianDistance: sorted[Math.floor((both - 1) / 2)] ?? null,
      sameState: this.#frames > 0 ? this.#sameState / this.#frames : null,
    };
  }
}
