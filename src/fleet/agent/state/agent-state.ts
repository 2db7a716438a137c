import { z } from 'zod';
import { modelName, modelVersion } from '../../release.js';
import { resultKinds } from '../../report.js';
import { slotNames } from '../slots/slot-store.js';
import { installedModelSchema } from '../slots/slot-contents.js';

/** A model that was tried here and must not come again. */
const badModelSchema = z.strictObject({
  model: installedModelSchema,
  reason: z.string().max(2000),
});

/** A model that was activated and is being watched. */
const probationSchema = z.strictObject({
  slot: z.enum(slotNames),
  model: installedModelSchema,
  /** Where to go back to. */
  previous: z.enum(slotNames),
  /** Time it was seen at work so far. */
  observedMs: z.number().nonnegative(),
  /** How the model before did. */
  before: z.strictObject({ updateMs: z.number().nullable(), confidence: z.number().nullable() }),
  /** Times the agent was started while it was watched: a device that goes down again and again goes back. */
  starts: z.int().nonnegative(),
});
export type Probation = z.infer<typeof probationSchema>;

/** What the agent must remember over a power cut, besides the slots themselves. */
export const agentStateSchema = z.strictObject({
  format: z.literal('tagalong-agent/1'),
  probation: probationSchema.nullable(),
  /** The newest last. */
  bad: z.array(badModelSchema).max(100),
  /** How the last release ended that this device dealt with. */
  last: z
    .strictObject({
      kind: z.enum(resultKinds),
      model: modelName,
      version: modelVersion,
      reason: z.string(),
      /** The device's wall clock then, ms since 1970. */
      atMs: z.number().nonnegative(),
    })
    .nullable(),
});
export type AgentState = z.infer<typeof agentStateSchema>;

export const freshState: AgentState = { format: 'tagalong-agent/1', probation: null, bad: [], last: null };

/** Why a model is not wanted here; null when nothing is known against it. */
export function reasonAgainst({ bad }: AgentState, sha256: string): string | null {
  return bad.find(({ model }) => model.sha256 === sha256)?.reason ?? null;
}
