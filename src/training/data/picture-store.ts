import { TrainingError } from '../../core/errors.js';
import type { Box } from '../../core/geometry/box.js';
import type { Frame } from '../../core/image/frame.js';
import type { StoredClip } from '../store/clip.js';
import type { FrameStore } from '../store/frame-store.js';

/** The part of the frame store that pairs are drawn from. */
export interface PictureStore {
  readonly clips: readonly {
    readonly name: string;
    readonly kind: 'video' | 'image';
    readonly frames: number;
    readonly width: number;
    readonly height: number;
  }[];
  /** A frame that stays valid until the next read into the same buffer. */
  readFrame(clip: string, index: number, into: Uint8Array): Frame;
  /** Proposed boxes of every frame of the clip, best first. */
  proposals(clip: string): readonly (readonly (Box & { readonly score: number })[])[];
  /** Bytes of the largest frame. */
  readonly maxFrameBytes: number;
}

/** The frame store as the sources see it. */
export function asPictureStore(store: FrameStore): PictureStore {
  const byName = new Map(store.clips.map((clip) => [clip.name, clip]));
  const find = (name: string): StoredClip => {
    const clip = byName.get(name);
    if (!clip) throw new TrainingError(`${store.dir}: no clip named ${name}`);
    return clip;
  };
  return {
    clips: store.clips,
    readFrame: (clip, index, into) => store.readFrame(find(clip), index, into),
    proposals: (clip) => store.proposals(find(clip)),
    maxFrameBytes: Math.max(0, ...store.clips.map((clip) => store.frameBytes(clip))),
  };
}
