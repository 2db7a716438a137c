import { frameBytes } from '../../core/image/frame.js';
import { type FrameStore } from '../store/frame-store.js';
import { type PictureStore } from './pair-source.js';

/** The frame store as the pair source sees it. */
export function asPictureStore(store: FrameStore): PictureStore {
  return {
    clips: store.clips,
    readFrame: (clip, index, into) => store.readFrame(clip, index, into),
    proposals: (clip) => store.proposals(clip),
    maxFrameBytes: Math.max(0, ...store.clips.map((clip) => frameBytes('yuv420p', clip))),
  };
}
