import { readFile } from 'node:fs/promises';
import { parse, stringify } from 'yaml';
import { z } from 'zod';
import { UsageError } from '../../../core/errors.js';
import { writeFileAtomic } from '../../stage/atomic.js';
import type { Sample } from './sample.js';

const entrySchema = z.strictObject({
  clip: z.string(),
  /** File the clip was ingested from, relative to the folder, and the frame's number in it. */
  source: z.string(),
  sourceFrame: z.int().nonnegative(),
  /** Numbers within the stored clip. */
  frame: z.int().nonnegative(),
  searchFrame: z.int().nonnegative(),
  /** cx, cy, width, height in stored pixels. */
  box: z.tuple([z.number(), z.number(), z.number().positive(), z.number().positive()]),
  shift: z.tuple([z.number(), z.number()]),
  /** Of the template crop and the search crop, one after the other. */
  sha256: z.string().regex(/^[0-9a-f]{64}$/),
});

/** Which frames a model was calibrated on and checked with; holds no picture. */
export const frameManifestSchema = z.strictObject({
  format: z.literal('tagalong-int8-frames/1'),
  model: z.string(),
  calibrate: z.array(entrySchema).min(1),
  check: z.array(entrySchema).min(1),
});

export type FrameManifest = z.infer<typeof frameManifestSchema>;
export type ManifestEntry = z.infer<typeof entrySchema>;

const head = `# Frames that the 8-bit ranges of this model were measured on, and those it was checked with. No pictures: names, places, hashes.
# Written by "tagalong quantize"; with --frames FILE a quantization takes exactly these.
`;

export async function writeFrameManifest(path: string, manifest: FrameManifest): Promise<void> {
  const { calibrate, check, ...rest } = manifest;
  // one line an entry
  const list = (name: string, entries: readonly ManifestEntry[]): string =>
    `${name}:\n${entries.map((entry) => `  - ${JSON.stringify(entry)}\n`).join('')}`;
  await writeFileAtomic(
    path,
    `${head}${stringify(rest)}${list('calibrate', calibrate)}${list('check', check)}`,
  );
}

/** @throws UsageError naming the file and the offending key. */
export async function readFrameManifest(path: string): Promise<FrameManifest> {
  let content: unknown;
  try {
    content = parse(await readFile(path, 'utf8'));
  } catch (cause) {
    throw new UsageError(`--frames "${path}": cannot be read as YAML`, { cause });
  }
  const parsed = frameManifestSchema.safeParse(content);
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  throw new UsageError(`--frames "${path}": ${issue?.path.join('.') ?? ''}: ${issue?.message ?? ''}`, {
    cause: parsed.error,
  });
}

export function sampleOf({ clip, frame, searchFrame, box, shift }: ManifestEntry): Sample {
  const [cx, cy, width, height] = box;
  return { clip, frame, searchFrame, box: { cx, cy, width, height }, shift };
}
