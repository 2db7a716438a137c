import { readFile } from 'node:fs/promises';
import { z } from 'zod';
import { UsageError } from '../../core/errors.js';
import { pixelFormats } from '../../core/image/frame.js';
import { listSegments, segmentPath } from './segment-files.js';

const box = z.object({ x: z.number(), y: z.number(), width: z.number(), height: z.number() });
const nanoseconds = z.string().regex(/^\d+$/).transform(BigInt);

const headSchema = z.object({
  recording: z.literal('tagalong-recording/1'),
  segment: z.int(),
  startedAt: z.string(),
  source: z.object({
    uri: z.string(),
    width: z.int().positive(),
    height: z.int().positive(),
    format: z.enum(pixelFormats),
    fps: z.number().nullable(),
    detail: z.string(),
  }),
  model: z.string(),
});
const frameSchema = z.object({ sequence: z.int(), capturedAtNs: nanoseconds });
const trackSchema = z.object({
  sequence: z.int(),
  capturedAtNs: nanoseconds,
  state: z.enum(['idle', 'tracking', 'coasting', 'lost']),
  box: box.nullable(),
  confidence: z.number(),
  target: z.int(),
});
const commandSchema = z.object({
  kind: z.string(),
  origin: z.string(),
  sequence: z.int().nullable(),
  box: box.nullable(),
});
/** Keys that are not known here are of a later version, and left out. */
const lineSchema = z.object({
  recording: z.string().optional(),
  frame: frameSchema.optional(),
  track: trackSchema.optional(),
  command: commandSchema.optional(),
});

export type SegmentHeadRecord = z.infer<typeof headSchema>;
export type RecordedFrame = z.infer<typeof frameSchema>;
export type RecordedTrack = z.infer<typeof trackSchema>;
export type RecordedCommand = z.infer<typeof commandSchema>;

export interface RecordedSegment {
  readonly number: number;
  readonly head: SegmentHeadRecord;
  readonly video: string;
  /** The n-th is the video's n-th picture. Empty: there is no video. */
  readonly frames: readonly RecordedFrame[];
  readonly tracks: readonly RecordedTrack[];
  readonly commands: readonly RecordedCommand[];
}

/**
 * Reads what a Recorder wrote, oldest segment first. A last line that a power cut left unfinished is passed over.
 * @throws UsageError when the folder cannot be read or holds no recording, or a line in the middle is damaged.
 */
export async function readRecording(dir: string): Promise<RecordedSegment[]> {
  const found = await listSegments(dir).catch((cause: unknown) => {
    throw new UsageError(`recording "${dir}": ${(cause as Error).message}`, { cause });
  });
  const segments = await Promise.all(found.map(({ number }) => readSegment(dir, number)));
  const whole = segments.filter((segment) => segment !== null);
  if (whole.length === 0) throw new UsageError(`recording "${dir}": there is none in this folder`);
  return whole;
}

/** Null when not even its first line is whole. @throws UsageError when a line in the middle is damaged. */
export async function readSegment(dir: string, number: number): Promise<RecordedSegment | null> {
  const path = segmentPath(dir, number, 'jsonl');
  const text = await readFile(path, 'utf8').catch(() => '');
  const lines = text.split('\n');
  lines.pop(); // what comes after the last line end is unfinished
  const head = headSchema.safeParse(parseJson(lines[0] ?? ''));
  if (!head.success) return null;
  const frames: RecordedFrame[] = [];
  const tracks: RecordedTrack[] = [];
  const commands: RecordedCommand[] = [];
  for (const [index, line] of lines.entries()) {
    const parsed = lineSchema.safeParse(parseJson(line));
    if (!parsed.success) {
      if (index === lines.length - 1) break;
      throw new UsageError(`${path}:${index + 1}: damaged line`, { cause: parsed.error });
    }
    const { frame, track, command } = parsed.data;
    if (frame) frames.push(frame);
    if (track) tracks.push(track);
    if (command) commands.push(command);
  }
  return { number, head: head.data, video: segmentPath(dir, number, 'mp4'), frames, tracks, commands };
}

function parseJson(line: string): unknown {
  try {
    return JSON.parse(line) as unknown;
  } catch {
    return undefined;
  }
}
