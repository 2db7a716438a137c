import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { TrainingError } from '../../core/errors.js';
import { writeJsonAtomic } from './atomic.js';

const stageManifestSchema = z.strictObject({
  format: z.literal('tagalong-stage/1'),
  stage: z.string(),
  /** Digest of what the stage read. */
  inputs: z.string(),
  /** Options that shape the result, as given. */
  options: z.record(z.string(), z.json()),
  done: z.boolean(),
});

export type StageManifest = z.infer<typeof stageManifestSchema>;

/** What a stage is about to do. */
export type StageIntent = Pick<StageManifest, 'stage' | 'inputs' | 'options'>;

/**
 * - `fresh`: nothing here yet.
 * - `resume`: the same inputs and options, not finished.
 * - `done`: the same inputs and options, finished.
 * - `changed`: something else was made here; `difference` says what.
 */
export type StageState =
  { readonly kind: 'fresh' | 'resume' | 'done' } | { readonly kind: 'changed'; readonly difference: string };

/** Compares `dir/stage.json` with the intent. @throws TrainingError when the file is there but corrupt. */
export async function stageState(dir: string, intent: StageIntent): Promise<StageState> {
  const manifest = await readStageManifest(dir);
  if (!manifest) return { kind: 'fresh' };
  const difference = describeDifference(manifest, intent);
  if (difference !== null) return { kind: 'changed', difference };
  return { kind: manifest.done ? 'done' : 'resume' };
}

/** Writes `dir/stage.json`. */
export async function writeStageManifest(dir: string, intent: StageIntent, done: boolean): Promise<void> {
  await writeJsonAtomic(join(dir, 'stage.json'), {
    format: 'tagalong-stage/1',
    ...intent,
    done,
  } satisfies StageManifest);
}

/** Null when there is none. @throws TrainingError when corrupt. */
export async function readStageManifest(dir: string): Promise<StageManifest | null> {
  const path = join(dir, 'stage.json');
  let text: string;
  try {
    text = await readFile(path, 'utf8');
  } catch {
    return null;
  }
  try {
    return stageManifestSchema.parse(JSON.parse(text));
  } catch (cause) {
    throw new TrainingError(`${path}: not a stage manifest; remove it to start the stage anew`, { cause });
  }
}

/** Hex SHA-256 of anything JSON can hold; keys in any order give the same digest. */
export function digestOf(value: unknown): string {
  return createHash('sha256').update(JSON.stringify(value, sortKeys)).digest('hex');
}

function describeDifference(manifest: StageManifest, intent: StageIntent): string | null {
  if (manifest.stage !== intent.stage) return `made by ${manifest.stage}, not ${intent.stage}`;
  for (const key of new Set([...Object.keys(manifest.options), ...Object.keys(intent.options)])) {
    const [before, now] = [manifest.options[key], intent.options[key]].map((value) =>
      value === undefined ? 'absent' : JSON.stringify(value, sortKeys),
    );
    if (before !== now) return `${key} was ${before}, is ${now}`;
  }
  return manifest.inputs === intent.inputs ? null : 'the inputs changed';
}

function sortKeys(_key: string, value: unknown): unknown {
  if (value === null || typeof value !== 'object' || Array.isArray(value)) return value;
  return Object.fromEntries(Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1)));
}
