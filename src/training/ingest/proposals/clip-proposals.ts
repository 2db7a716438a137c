import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { frameBytes, packedFrame } from '../../../core/image/frame.js';
import { writeJsonAtomic } from '../../stage/atomic.js';
import { type StoredClip, storeFiles } from '../../store/clip.js';
import { proposalsToJson } from '../../store/proposals-file.js';
import { motionInterval, proposeForClip } from './propose.js';
import { yuvImage } from '../../../core/objectness/yuv-image.js';

/** Computes the proposals of a clip whose frames are in the store, and writes them beside; answers how many. */
export async function writeClipProposals(dir: string, clip: StoredClip, perFrame: number): Promise<number> {
  const data = await readFile(join(dir, storeFiles.frames(clip.name)));
  const bytes = frameBytes('yuv420p', clip);
  const read = (index: number) =>
    yuvImage(packedFrame('yuv420p', clip, data.subarray(index * bytes, (index + 1) * bytes)), clip.active);
  const proposals = proposeForClip(clip.frames, read, clip.cuts, {
    perFrame,
    interval: motionInterval(clip),
  });
  await writeJsonAtomic(join(dir, storeFiles.proposals(clip.name)), proposalsToJson(proposals), {
    compact: true,
  });
  return proposals.reduce((sum, list) => sum + list.length, 0);
}
