import { z } from 'zod';
import { modelName, modelVersion } from '../../release.js';

const sha256 = z.string().regex(/^[0-9a-f]{64}$/, 'must be 64 lower-case hexadecimal digits');

/** A file's place in a model folder: no way out of it, nothing hidden, none of our own names. */
export const slotFilePath = z
  .string()
  .max(200)
  .regex(/^[\w-][\w.-]*(\/[\w-][\w.-]*)*$/, 'must be a plain relative path')
  .refine((path) => path !== 'slot.json', 'must not be slot.json');

/** What is told of a model that lies in a slot. */
export const installedModelSchema = z.strictObject({
  /** Hash of the bundle it came in, or of the list of its files: what tells one model from another. */
  sha256,
  name: modelName,
  version: modelVersion,
  /** The repository's count when it was installed; 0: it came with the program. */
  release: z.int().nonnegative(),
});
export type InstalledModel = z.infer<typeof installedModelSchema>;

/** `slot.json`, written when all else of a slot is on the disk: a slot without it holds nothing. */
export const slotContentsSchema = z.strictObject({
  format: z.literal('tagalong-slot/1'),
  model: installedModelSchema,
  files: z
    .array(z.strictObject({ path: slotFilePath, length: z.int().nonnegative(), sha256 }))
    .min(1)
    .max(200),
});
export type SlotContents = z.infer<typeof slotContentsSchema>;
