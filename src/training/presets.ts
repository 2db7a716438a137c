import { minedPairAugmentation, selfPairAugmentation } from './data/augmentation.js';
import { defaultMineOptions, type MineOptions } from './mine/mine-clip.js';
import { defaultDistillWeights, type DistillWeights } from './losses/distillation-loss.js';
import { nano, type NetworkSpec, teacher, tiny, tinyTeacher } from './network/spec.js';
import type { OptimiserOptions } from './optimise/resumable-run.js';

/** One round of fitting. */
export interface RoundPreset {
  readonly optimiser: OptimiserOptions;
  /** Share of pairs that come from tracklets mined with the network of the round before. */
  readonly minedShare: number;
  /** Longest interval of a mined pair, in stored frames: it grows from round to round (the paper's progression). */
  readonly maxInterval: number;
}

/** How much work a training is: everything that is not data or seed. */
export interface Preset {
  readonly spec: NetworkSpec;
  readonly ingest: { readonly maxFramesPerClip: number; readonly longSide: number };
  readonly discriminate: {
    readonly optimiser: OptimiserOptions;
    readonly objects: number;
    readonly backgrounds: number;
  };
  readonly batchSize: number;
  /** The first round has nothing mined yet: self-pairs only. */
  readonly rounds: readonly [RoundPreset, ...RoundPreset[]];
  readonly mine: MineOptions;
  /** What differs in the first round, mined by the background-discrimination model, from bdMineOptions. */
  readonly firstMine?: Partial<MineOptions>;
  /** Share of self-pairs drawn from still images. */
  readonly imageShare: number;
  /** After the last round: its network, widened to this spec, fitted on. With `distill`, or not at all. */
  readonly teacher?: RoundPreset & { readonly spec: NetworkSpec };
  /** After that: the last round's network, fitted on to answer as the teacher does. */
  readonly distill?: RoundPreset & { readonly weights: DistillWeights };
}

function schedule(steps: number, learningRate: number): OptimiserOptions {
  return {
    steps,
    learningRate,
    warmup: Math.min(500, Math.ceil(steps / 20)),
    weightDecay: 1e-4,
    averageDecay: 0.999,
    checkpointEvery: Math.min(1000, Math.ceil(steps / 4)),
  };
}

function round(steps: number, learningRate: number, maxInterval = 0): RoundPreset {
  return { optimiser: schedule(steps, learningRate), minedShare: maxInterval > 0 ? 0.5 : 0, maxInterval };
}

export const presets = {
  /** Under a minute on two cores: proves the whole way, teaches little. */
  tiny: {
    spec: tiny,
    ingest: { maxFramesPerClip: 16, longSide: 320 },
    discriminate: { optimiser: schedule(40, 2e-3), objects: 8, backgrounds: 4 },
    batchSize: 16,
    rounds: [round(120, 2e-3), round(60, 1e-3, 8)],
    mine: { ...defaultMineOptions, startEvery: 8, perStart: 2, minConfidence: 0.1 },
    // after 40 steps hardly anything stands out
    firstMine: { minConfidence: 0.1, minMargin: 0, minAgreement: 0.3 },
    imageShare: 0.4,
    teacher: { spec: tinyTeacher, ...round(24, 1e-3, 8) },
    distill: { weights: defaultDistillWeights, ...round(24, 1e-3, 8) },
  },
  /** About two and a half hours on two current x64 cores. */
  cpu: {
    spec: nano,
    ingest: { maxFramesPerClip: 96, longSide: 480 },
    discriminate: { optimiser: schedule(600, 1e-3), objects: 16, backgrounds: 6 },
    batchSize: 32,
    rounds: [round(2_500, 1.5e-3), round(12_000, 1.5e-3, 24)],
    mine: defaultMineOptions,
    imageShare: 0.4,
    teacher: { spec: teacher, ...round(2_000, 7e-4, 24) },
    distill: { weights: defaultDistillWeights, ...round(2_000, 7e-4, 24) },
  },
  /** From a trained network (`train --from`), which stands for round 0: self-pairs, then mined pairs over long intervals. */
  refine: {
    spec: nano,
    ingest: { maxFramesPerClip: 96, longSide: 480 },
    discriminate: { optimiser: schedule(600, 1e-3), objects: 16, backgrounds: 6 },
    batchSize: 32,
    rounds: [round(2_500, 1.5e-3), round(2_000, 1e-3), round(6_000, 1e-3, 48)],
    mine: { ...defaultMineOptions, perStart: 3 },
    imageShare: 0.4,
  },
  /** For a machine with a GPU: ten times the pairs. */
  gpu: {
    spec: nano,
    ingest: { maxFramesPerClip: 240, longSide: 640 },
    discriminate: { optimiser: schedule(10_000, 1e-3), objects: 64, backgrounds: 8 },
    batchSize: 128,
    rounds: [round(30_000, 2e-3), round(40_000, 2e-3, 16), round(60_000, 1.5e-3, 40)],
    mine: defaultMineOptions,
    imageShare: 0.4,
    teacher: { spec: teacher, ...round(60_000, 1e-3, 40) },
    distill: { weights: defaultDistillWeights, ...round(60_000, 1e-3, 40) },
  },
} as const satisfies Record<string, Preset>;

/** Augmentation of pairs; the same in all presets. */
export const pairAugmentation = { self: selfPairAugmentation, mined: minedPairAugmentation } as const;
