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

/** The frame store as the sources see it, without the clips that are held out of training. */
export function asPictureStore(store: FrameStore, holdOut: readonly string[] = []): PictureStore {
  const clips = store.clips.filter(({ name }) => !holdOut.includes(name));
  const byName = new Map(clips.map((clip) => [clip.name, clip]));
  const find = (name: string): StoredClip => {
    const clip = byName.get(name);
    if (!clip) throw new TrainingError(`${store.dir}: no clip named ${name}`);
    return clip;
  };
  return {
    clips,
    readFrame: (clip, index, into) => store.readFrame(find(clip), index, into),
    proposals: (clip) => store.proposals(find(clip)),
    maxFrameBytes: Math.max(0, ...clips.map((clip) => store.frameBytes(clip))),
  };
}
