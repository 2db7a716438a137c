import { join } from 'node:path';
import { TrainingError } from '../../core/errors.js';
import type { Size } from '../../core/geometry/box.js';
import { frameBytes } from '../../core/image/frame.js';
import { type StoredClip, storeFiles } from '../store/clip.js';
import { type ClipWriter, openClipWriter } from './clip-writer.js';
import type { MediaFile } from './find-media.js';
import type { FrameOptions, IngestOptions } from './ingest-options.js';
import { storedSize } from './resample.js';
import { type ClipPlan, planClips } from './sampling.js';
import { type Scan, scanSource } from './scan.js';

export interface Decoded {
  readonly clips: readonly StoredClip[];
  readonly damage: string | null;
}

/** Fewer good frames before a fault than this are not worth a clip. */
const minDamagedFrames = 8;

/**
 * Cuts a video into clips and writes their frames, in two passes: the first finds frozen frames and cuts, the second writes. Null when
 * the clips would exceed `room` bytes. @throws whatever the source throws, TrainingError when it yields too little.
 */
export async function decodeVideo(
  media: MediaFile,
  options: FrameOptions & Pick<IngestOptions, 'out' | 'openVideo' | 'signal'>,
  room: number,
): Promise<Decoded | null> {
  const { out, openVideo, signal, longSide } = options;
  const { scan, fps, size } = await firstLook(media, options);
  if (scan.damage && scan.distinct.length < minDamagedFrames) throw scan.damage;
  if (scan.distinct.length === 0) throw new TrainingError('no frames');
  const plans = planClips(scan.distinct.length, { ...options, fps });
  const stored = storedSize(size, longSide);
  const frames = plans.reduce((sum, plan) => sum + plan.frames, 0);
  if (frames * frameBytes('yuv420p', stored) > room) return null;

  const names = plans.map((_, index) => (plans.length > 1 ? `${media.name}.${index + 1}` : media.name));
  const clips: StoredClip[] = [];
  // clips of one video never overlap: one writer at a time
  await using source = await openVideo(media.location, signal);
  const numbers = source.frames(signal)[Symbol.asyncIterator]();
  let number = -1;
  for (const [index, plan] of plans.entries()) {
    const name = names[index]!;
    await using writer = await openClipWriter(join(out, storeFiles.frames(name)), stored);
    let fullRange = false;
    for (let k = 0; k < plan.frames; k++) {
      const wanted = scan.distinct[plan.first + k * plan.stride]!;
      for (;;) {
        const next = await numbers.next();
        signal?.throwIfAborted();
        if (next.done)
          throw new TrainingError(`ended at frame ${number + 1} on the second pass, before frame ${wanted}`);
        const frame = next.value;
        const due = ++number === wanted;
        fullRange = frame.fullRange === true || frame.format === 'rgb24' || frame.format === 'bgr24';
        try {
          if (due) await writer.append(frame);
        } finally {
          frame.dispose();
        }
        if (due) break;
      }
    }
    clips.push(await finishClip(writer, { name, media, plan, scan, fps, stored, fullRange }));
  }
  await numbers.return?.();
  return { clips, damage: scan.damage && `${scan.damage.message} (after frame ${scan.distinct.at(-1)!})` };
}

async function firstLook(
  media: MediaFile,
  { openVideo, signal }: Pick<IngestOptions, 'openVideo' | 'signal'>,
): Promise<{ scan: Scan; fps: number | null; size: Size }> {
  await using source = await openVideo(media.location, signal);
  const { fps, width, height } = source.describe();
  return { scan: await scanSource(source, signal), fps, size: { width, height } };
}

interface ClipFacts {
  readonly name: string;
  readonly media: MediaFile;
  readonly plan: ClipPlan;
  readonly scan: Scan;
  readonly fps: number | null;
  readonly stored: Size;
  readonly fullRange: boolean;
}

async function finishClip(writer: ClipWriter, facts: ClipFacts): Promise<StoredClip> {
  const { name, media, plan, scan, fps, stored, fullRange } = facts;
  const active = await writer.finish();
  return {
    name,
    kind: 'video',
    frames: plan.frames,
    ...stored,
    fullRange,
    stride: plan.stride,
    firstFrame: plan.first,
    fps: fps !== null && fps > 0 ? fps : null,
    cuts: keptCuts(plan, scan),
    active,
    source: { path: media.path, bytes: media.bytes, modifiedMs: media.modifiedMs },
  };
}

/** Kept frames with a cut since the kept frame before. */
function keptCuts({ first, stride, frames }: ClipPlan, { distinct, cuts }: Scan): number[] {
  const kept: number[] = [];
  for (let index = 1; index < frames; index++) {
    const end = first + index * stride;
    if (distinct.slice(end - stride + 1, end + 1).some((number) => cuts.has(number))) kept.push(index);
  }
  return kept;
}
