import { readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { frameBytes } from '../../core/image/frame.js';
import { writeJsonAtomic } from '../stage/atomic.js';
import { sourceFileSchema, type StoredClip, storedClipSchema, storeFiles } from '../store/clip.js';
import type { MediaFile } from './find-media.js';

/** What came of one source: written when its frames and proposals are whole, so a killed run goes on after the last of these. */
const sourceRecordSchema = z.strictObject({
  format: z.literal('tagalong-source/1'),
  source: sourceFileSchema,
  /** Digest of the options that shaped the frames, and of what shaped the proposals. */
  frameOptions: z.string(),
  proposalOptions: z.string(),
  /** Why only part of the source was used; null when all was. */
  damage: z.string().nullable(),
  clips: z.array(storedClipSchema),
  /** Number of proposals in all frames. */
  proposals: z.int().nonnegative(),
});

export type SourceRecord = Readonly<z.infer<typeof sourceRecordSchema>>;

export async function writeSourceRecord(
  out: string,
  media: MediaFile,
  record: Omit<SourceRecord, 'format' | 'source'>,
): Promise<SourceRecord> {
  const { path, bytes, modifiedMs } = media;
  const whole: SourceRecord = { format: 'tagalong-source/1', source: { path, bytes, modifiedMs }, ...record };
  await writeJsonAtomic(join(out, storeFiles.record(media.name)), whole);
  return whole;
}

/** The record of this very file with all its frames in place; null otherwise, and the source is done (again). */
export async function findSourceRecord(
  out: string,
  media: MediaFile,
  frameOptions: string,
): Promise<SourceRecord | null> {
  try {
    const text = await readFile(join(out, storeFiles.record(media.name)), 'utf8');
    const record = sourceRecordSchema.parse(JSON.parse(text));
    const { path, bytes, modifiedMs } = record.source;
    const same = path === media.path && bytes === media.bytes && modifiedMs === media.modifiedMs;
    if (!same || record.frameOptions !== frameOptions) return null;
    for (const clip of record.clips) {
      const { size } = await stat(join(out, storeFiles.frames(clip.name)));
      if (size !== clipBytes(clip)) return null;
    }
    return record;
  } catch {
    return null; // not there, or not whole
  }
}

/** True when the record's proposals were made in the given way and are all there. */
export async function hasProposals(
  out: string,
  record: SourceRecord,
  proposalOptions: string,
): Promise<boolean> {
  if (record.proposalOptions !== proposalOptions) return false;
  const there = record.clips.map((clip) => stat(join(out, storeFiles.proposals(clip.name))));
  return Promise.all(there).then(
    () => true,
    () => false,
  );
}

export function clipBytes(clip: StoredClip): number {
  return clip.frames * frameBytes('yuv420p', clip);
}
