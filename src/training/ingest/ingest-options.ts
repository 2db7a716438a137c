import type { FrameSource } from '../../core/ports/frame-source.js';
import type { Progress } from '../progress/progress.js';

/** What shapes the store; a source is done again when one of these changes. */
export interface FrameOptions {
  /** Frames kept of one clip. */
  readonly maxFramesPerClip: number;
  /** Clips cut from one long video. */
  readonly maxClipsPerVideo: number;
  /** Longer side of the stored frames at most, pixels. */
  readonly longSide: number;
  /** Proposals of one frame at most. */
  readonly proposalsPerFrame: number;
}

export const defaultFrameOptions: FrameOptions = {
  maxFramesPerClip: 96,
  maxClipsPerVideo: 16,
  longSide: 480,
  proposalsPerFrame: 12,
};

export interface IngestOptions extends Partial<FrameOptions> {
  /** Folder searched for videos, or one video. */
  readonly videos?: string;
  /** Folder searched for images, or one image. */
  readonly images?: string;
  /** The store's folder. */
  readonly out: string;
  /** Opens a video for one pass; called twice for each. */
  readonly openVideo: (path: string, signal?: AbortSignal) => Promise<FrameSource>;
  /** Bytes of frames at most; what does not fit is left out and named. */
  readonly maxBytes?: number;
  /** Worker threads that compute proposals; 0 computes them in the calling thread. */
  readonly threads?: number;
  readonly progress?: Progress;
  readonly signal?: AbortSignal;
}

export interface IngestReport {
  readonly clips: number;
  readonly frames: number;
  readonly proposals: number;
  /** Bytes of frames in the store. */
  readonly bytes: number;
  /** Sources whose clips were there already. */
  readonly reused: number;
  /** Sources that gave nothing. */
  readonly failed: readonly { readonly path: string; readonly reason: string }[];
  /** Sources of which only the part before a fault is used. */
  readonly damaged: readonly { readonly path: string; readonly reason: string }[];
  /** Sources for which there was no room. */
  readonly leftOut: readonly string[];
}
