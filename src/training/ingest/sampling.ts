/** One clip to be cut from a source: every `stride`-th of its distinct frames. */
export interface ClipPlan {
  /** Index of the first one. */
  readonly first: number;
  readonly stride: number;
  readonly frames: number;
}

export interface SamplingOptions {
  readonly maxFramesPerClip: number;
  readonly maxClipsPerVideo: number;
  /** Frames a second of the source; null when unknown. */
  readonly fps: number | null;
}

/** Slower than this, neighbouring frames have too little in common to learn from. */
const slowestFps = 5;

/**
 * Constant stride, so that mining finds short intervals and long ones. A source is spread over one clip as long as that keeps
 * five frames a second; longer ones give several clips, evenly apart.
 */
export function planClips(
  available: number,
  { maxFramesPerClip, maxClipsPerVideo, fps }: SamplingOptions,
): ClipPlan[] {
  if (available === 0) return [];
  const maxStride = Math.max(1, Math.round((fps ?? 25) / slowestFps));
  // a stride less is better than a third of the frames, if it leaves out but an eighth of the source
  const ideal = available / maxFramesPerClip;
  const stride = Math.max(
    1,
    ideal - Math.floor(ideal) <= Math.floor(ideal) / 7 ? Math.floor(ideal) : Math.ceil(ideal),
  );
  if (stride <= maxStride) {
    const frames = Math.min(maxFramesPerClip, Math.ceil(available / stride));
    return [{ first: (available - 1 - (frames - 1) * stride) >> 1, stride, frames }];
  }
  const span = (maxFramesPerClip - 1) * maxStride + 1;
  const count = Math.max(1, Math.min(maxClipsPerVideo, Math.floor(available / span)));
  const gap = count > 1 ? (available - span) / (count - 1) : 0;
  const start = count > 1 ? 0 : (available - span) / 2;
  return Array.from({ length: count }, (_, index) => ({
    first: Math.floor(start + index * gap),
    stride: maxStride,
    frames: maxFramesPerClip,
  }));
}
