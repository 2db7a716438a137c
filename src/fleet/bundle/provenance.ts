import { z } from 'zod';

const sha256 = z.string().regex(/^[0-9a-f]{64}$/, 'must be 64 lower-case hex digits');

/** `provenance.json`: where the model comes from. What nobody recorded is null, never guessed. */
export const provenanceSchema = z.strictObject({
  format: z.literal('tagalong-provenance/1'),
  model: z.string().min(1),
  /** sha256 of the manifest of the data it was trained on. */
  dataManifest: z.nullable(z.strictObject({ file: z.string().min(1), sha256 })),
  /** What its card says of that data, such as `213 videos, 1770 images, 17,340 frames`. */
  data: z.nullable(z.string().min(1).max(500)).default(null),
  /** Commit of the code or model folder it was published from. */
  commit: z.nullable(z.string().regex(/^[0-9a-f]{40,64}$/, 'must be a full commit hash')),
  seed: z.int(),
  method: z.string(),
  engine: z.string(),
  /** ISO date. */
  finished: z.string(),
  /** Version of tagalong that packed it. */
  packedBy: z.string(),
});

export type Provenance = z.infer<typeof provenanceSchema>;
