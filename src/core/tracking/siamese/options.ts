import { z } from 'zod';
import { UsageError } from '../../errors.js';

const share = z.number().min(0).max(1);

/** Parameters of the Siamese tracker. Defaults; a model's contract and `--set` override them, in this order. */
export const siameseOptionsSchema = z.strictObject({
  /** Weight of the cosine window, which prefers cells near the prediction. */
  windowInfluence: share.default(0.2),
  /** k in exp(-k (change of size * change of aspect ratio - 1)) of SiamRPN (Li et al. 2018, sec. 4.3). */
  sizePenalty: z.number().min(0).default(0.03),
  /** Share of the newly seen size that is taken over at full score. */
  sizeRate: share.default(0.4),
  /** Share of the Kalman velocity that moves the search region ahead of the last box. */
  motionWeight: share.default(0.5),
  /** Weight of the template memory against the first template. */
  memoryWeight: share.default(0.4),
  /** Share of a new view that enters the memory. */
  memoryRate: share.default(0.2),
  /** Only views at least this confident enter the memory. */
  memoryThreshold: share.default(0.7),
  /** A view is considered for the memory every so many frames. */
  memoryInterval: z.int().positive().default(5),
  /** Below this confidence the target counts as not seen. */
  coastBelow: share.default(0.2),
  /** A coasting target counts as seen again from this confidence on. */
  resumeAbove: share.default(0.4),
  /** A lost target counts as found from this confidence on. */
  reacquireAbove: share.default(0.5),
  /** How far a coasting box is drawn towards a target seen with nearly `resumeAbove`: 0 = pure prediction. */
  coastTrust: share.default(0.8),
  /** Coasting ends as `lost` after so many frames. */
  coastFrames: z.int().positive().default(15),
  /** While lost the region around the last place is this much wider, by turns. */
  lostSearchScale: z.number().min(1).default(1.6),
  /** Sides of the box never fall below this, in image pixels. */
  minSide: z.number().positive().default(4),
});

export type SiameseOptions = z.infer<typeof siameseOptionsSchema>;

/** Fills in the defaults. @throws UsageError naming the parameter and its value. */
export function parseSiameseOptions(values: Readonly<Record<string, unknown>> = {}): SiameseOptions {
  const parsed = siameseOptionsSchema.safeParse(values);
  if (parsed.success) return parsed.data;
  const issue = parsed.error.issues[0];
  const key = issue?.code === 'unrecognized_keys' ? issue.keys.join(', ') : String(issue?.path[0] ?? '');
  const known = Object.keys(siameseOptionsSchema.shape).join(', ');
  const problem =
    issue?.code === 'unrecognized_keys'
      ? `unknown; known are ${known}`
      : `${String(values[key])}: ${issue?.message ?? ''}`;
  throw new UsageError(`tracker parameter ${key}: ${problem}`, { cause: parsed.error });
}
