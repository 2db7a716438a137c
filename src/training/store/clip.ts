import { z } from 'zod';

const count = z.int().nonnegative();
const side = z.int().positive();
const name = z.string().regex(/^[\w.-]+$/, 'letters, digits, dot, dash and underscore only');

/** A file that was ingested; the same three say that it has not changed since. */
export const sourceFileSchema = z.strictObject({
  /** Relative to the folder that was ingested. */
  path: z.string(),
  bytes: count,
  modifiedMs: z.number(),
});

export type SourceFile = Readonly<z.infer<typeof sourceFileSchema>>;

/** One run of frames in the store: `clips/NAME.yuv` holds them as tightly packed yuv420p. */
export const storedClipSchema = z.strictObject({
  name,
  kind: z.enum(['video', 'image']),
  frames: side,
  width: side,
  height: side,
  /** YUV uses 0..255, as Frame.fullRange. */
  fullRange: z.boolean(),
  /** Frames of the source (frozen ones not counted) from one stored frame to the next, and the first one's number there. */
  stride: side,
  firstFrame: count,
  /** Of the source; null when unknown. */
  fps: z.number().positive().nullable(),
  /** Stored frames that begin a new shot: pairs must not straddle them. */
  cuts: z.array(side),
  /** What shows something: the frame without letterbox bars, whole pixels. */
  active: z.strictObject({ x: count, y: count, width: side, height: side }),
  source: sourceFileSchema,
});

export type StoredClip = Readonly<z.infer<typeof storedClipSchema>>;

export const indexFormat = 'tagalong-frames/1';

/** `index.json`: written last, so a store that has one is whole. */
export const storeIndexSchema = z.strictObject({
  format: z.literal(indexFormat),
  clips: z.array(storedClipSchema),
});

/** Names inside the store's folder. */
export const storeFiles = {
  index: 'index.json',
  frames: (clip: string): string => `clips/${clip}.yuv`,
  proposals: (clip: string): string => `proposals/${clip}.json`,
  /** What came of one source file: written when all its clips are whole. */
  record: (source: string): string => `sources/${source}.json`,
};
