import { z } from 'zod';
import { agentPhases, resultKinds } from '../report.js';
import { modelName, modelVersion } from '../release.js';

/**
 * What is pushed, over ssh into `tagalong agent receive` or by HTTP: an archive (`writeArchive`, not compressed) of a
 * repository: `metadata/<n>.root.json` of every version, `metadata/timestamp.json`, the snapshot and targets that it
 * names, then `targets/<model>/<sha256>.<version>.tar.br`. The device checks it as it checks any repository.
 */
export const pushLimits = { bytes: 300 * 1024 ** 2, files: 1024 } as const;

/** What the device says meanwhile: JSON, one a line; one `result` ends it. */
export const pushMessageSchema = z.discriminatedUnion('kind', [
  z.object({
    kind: z.literal('progress'),
    phase: z.enum(agentPhases),
    /** 0 to 1; null where nobody can say. */
    progress: z.nullable(z.number().min(0).max(1)),
  }),
  z.object({
    kind: z.literal('result'),
    /** `installed`: active and being watched; `confirmed`: it was active already. */
    result: z.enum(resultKinds),
    model: z.nullable(modelName),
    version: z.nullable(modelVersion),
    /** For a person. */
    reason: z.string(),
  }),
]);

export type PushMessage = z.infer<typeof pushMessageSchema>;
export type PushResult = Extract<PushMessage, { kind: 'result' }>;
