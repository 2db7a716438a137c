import { z } from 'zod';
import { UsageError } from '../../errors.js';

const share = z.number().min(0).max(1);

/** Parameters of the Siamese tracker. Defaults; a model's contract and `--set` override them, in this order. */
export const siameseOptionsSchema = z.strictObject({
  /** Weight of the cosine window, which prefers cells near the prediction. */
  windowInfluence: share.default(0.2),
  /** k in exp(-k (change of size * change of aspect ratio - 1)) of SiamRPN (Li et al. 2018, sec. 4.3). */
  sizePenalty: z.number().min(0).default(0),
  /** Share of the newly seen size that is taken over at full score. */
  sizeRate: share.default(0.4),
  /** Share of the difference between the selected box and what the network sees of it that is taken back in every answer; 0 switches it off. */
  boxCalibration: share.default(0.8),
  /** What it sees is found by so many looks at the first frame, at most. */
  settleRuns: z.int().positive().default(12),
  /** Share of the Kalman velocity that moves the search region ahead of the last box. */
  motionWeight: share.default(0.5),
  /** Weight of the template memory against the first template. */
  memoryWeight: share.default(0.4),
  /** Share of a new view that enters the memory. */
  memoryRate: share.default(0.2),
  /** Later views that the memory keeps apart, at most. */
  memorySlots: z.int().positive().max(16).default(3),
  /** A view less alike than this (cosine of the features) to all in the memory gets a slot of its own. */
  memoryDiversity: share.default(0.8),
  /** Only views at least this confident enter the memory. */
  memoryThreshold: share.default(0.7),
  /** A view is considered for the memory every so many frames. */
  memoryInterval: z.int().positive().default(5),
  /** Weight of the classifier learned while tracking against the network's score; 0 switches it off. Needs a model that hands out its cells. */
  classifierWeight: share.default(0.6),
  /** It learns from every so-manieth confident frame, */
  classifierInterval: z.int().positive().default(5),
  /** which enters its statistics with this share; */
  classifierRate: share.default(0.08),
  /** the selected frame keeps this share for ever. */
  classifierAnchor: share.default(0.3),
  /** Ridge of the regression, as a share of the features' mean variance. */
  classifierRidge: z.number().positive().default(0.1),
  /** Share of the target's cells in what is learned of a frame. */
  classifierTargetShare: z.number().gt(0).lt(1).default(0.3),
  /** It learns from frames at least this confident. */
  classifierThreshold: share.default(0.3),
  /** Confidence falls in proportion when the network's own score is below this share of its usual one: a sudden cover; 0 switches it off. */
  coverRatio: share.default(0.05),
  /** Confidence falls by this share when the target would have had to jump while the network finds it less alike than usual; 0 switches it off. */
  jumpDoubt: share.default(0),
  /** The same while it coasts, however alike; what lies there is followed as a distractor. */
  coastDoubt: share.default(0),
  /** Secondary peaks of at least this likeness are followed as distractors; 1 switches them off. */
  distractorAbove: share.default(0.3),
  /** Rather than jump onto a known distractor the tracker takes a peak with at least this share of its likeness. */
  distractorRatio: share.default(0.5),
  /** 0: the camera's motion is not estimated; 1: while the target is not seen; 2: in every frame. */
  egoMotion: z.int().min(0).max(2).default(1),
  /** The cosine window opens as the prediction's sigma grows beyond this, in target sizes; 0 keeps it constant. */
  windowSigma: z.number().min(0).default(0.5),
  /** Calibrated confidence: bias and weights of score, classifier, log APCE and motion; all 0: the likeness itself. */
  confidenceBias: z.number().default(0),
  confidenceScore: z.number().default(0),
  confidenceClassifier: z.number().default(0),
  confidenceApce: z.number().default(0),
  confidenceMotion: z.number().default(0),
  /** Below this confidence the target counts as not seen. */
  coastBelow: share.default(0.2),
  /** A coasting target counts as seen again from this confidence on. */
  resumeAbove: share.default(0.4),
  /** A lost target counts as found from this confidence on. */
  reacquireAbove: share.default(0.5),
  /** How far a coasting box is drawn towards a target seen with nearly `resumeAbove`: 0 = pure prediction. */
  coastTrust: share.default(0.8),
  /** Coasting ends as `lost` after so many frames, */
  coastFrames: z.int().positive().default(30),
  /** or when the prediction's sigma exceeds this, in target sizes. */
  coastSigma: z.number().positive().default(3),
  /** A lost target counts as found when it was seen in so many successive frames. */
  reacquireFrames: z.int().positive().default(2),
  /** Network runs a frame while it is lost. */
  lostRuns: z.int().positive().default(2),
  /** While lost the region around the last place is this much wider, by turns. */
  lostSearchScale: z.number().min(1).default(1.6),
  /** Sides of the box never fall below this, in image pixels. */
  minSide: z.number().positive().default(4),
});

export type SiameseOptions = z.infer<typeof siameseOptionsSchema>;

/**
 * `precise` and `fast` trade network runs and estimates for time, `cautious` trades accuracy for fewer wrong boxes called `tracking`.
 * `balanced` is the default.
 */
export const siamesePresets = {
  precise: { egoMotion: 2, lostRuns: 4, classifierInterval: 3, memoryInterval: 3 },
  balanced: {},
  fast: { egoMotion: 0, lostRuns: 1, classifierInterval: 10, memoryInterval: 10, distractorAbove: 1 },
  cautious: { jumpDoubt: 1, coastDoubt: 0.7, coverRatio: 0.1 },
} as const satisfies Record<string, Partial<SiameseOptions>>;

export type SiamesePreset = keyof typeof siamesePresets;

export const siamesePresetNames = Object.keys(siamesePresets) as readonly SiamesePreset[];

/** A preset's parameters, and a person's own over them. */
export function presetParameters({
  preset = 'balanced',
  ...own
}: Readonly<Record<string, unknown>> & {
  readonly preset?: SiamesePreset | undefined;
}): Partial<SiameseOptions> {
  return { ...siamesePresets[preset], ...own };
}

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
