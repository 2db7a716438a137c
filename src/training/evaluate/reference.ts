import { readFile } from 'node:fs/promises';
import { z } from 'zod';
import { UsageError } from '../../core/errors.js';

const share = z.number().min(0).max(1);

const referenceSchema = z.strictObject({
  /** Where the numbers come from. */
  name: z.string().min(1),
  rows: z.array(
    z.strictObject({
      tracker: z.string().min(1),
      auc: share,
      precision20: share.optional(),
      msPerFrame: z.number().positive().optional(),
      /** AUC per sequence. */
      sequences: z.record(z.string(), share).optional(),
    }),
  ),
});

/** Published numbers of other trackers on the same sequences, to stand beside ours in the report. */
export type Reference = z.infer<typeof referenceSchema>;

/** Reads a reference from a JSON file. @throws UsageError naming the file and what is wrong in it. */
export async function readReference(path: string): Promise<Reference> {
  let json: unknown;
  try {
    json = JSON.parse(await readFile(path, 'utf8'));
  } catch (cause) {
    throw new UsageError(`reference "${path}": cannot be read as JSON`, { cause });
  }
  const parsed = referenceSchema.safeParse(json);
  if (parsed.success) return parsed.data;
  const issue = parsed.error.issues[0];
  throw new UsageError(`reference "${path}": ${issue?.path.join('.') ?? ''}: ${issue?.message ?? ''}`, {
    cause: parsed.error,
  });
}
