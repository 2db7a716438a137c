import { minedPairAugmentation, selfPairAugmentation } from './data/augmentation.js';
import { nano, type NetworkSpec, tiny } from './network/spec.js';
import { type OptimiserOptions } from './optimise/resumable-run.js';

/** How much work a training is: everything that is not data or seed. */
export interface Preset {
  readonly spec: NetworkSpec;
  readonly ingest: { readonly maxFramesPerClip: number; readonly longSide: number };
  readonly discriminate: {
    readonly optimiser: OptimiserOptions;
    readonly objects: number;
    readonly backgrounds: number;
  };
  readonly fit: { readonly optimiser: OptimiserOptions; readonly batchSize: number };
  readonly imageShare: number;
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

export const presets = {
  /** Under a minute on two cores: proves the whole way, teaches little. */
  tiny: {
    spec: tiny,
    ingest: { maxFramesPerClip: 16, longSide: 320 },
    discriminate: { optimiser: schedule(60, 2e-3), objects: 8, backgrounds: 4 },
    fit: { optimiser: schedule(150, 2e-3), batchSize: 16 },
    imageShare: 0.4,
  },
  /** Some two hours on two current x64 cores. */
  cpu: {
    spec: nano,
    ingest: { maxFramesPerClip: 96, longSide: 480 },
    discriminate: { optimiser: schedule(4_000, 1e-3), objects: 32, backgrounds: 8 },
    fit: { optimiser: schedule(40_000, 1.5e-3), batchSize: 32 },
    imageShare: 0.4,
  },
  /** For a machine with a GPU: ten times the pairs. */
  gpu: {
    spec: nano,
    ingest: { maxFramesPerClip: 240, longSide: 640 },
    discriminate: { optimiser: schedule(20_000, 1e-3), objects: 64, backgrounds: 8 },
    fit: { optimiser: schedule(120_000, 2e-3), batchSize: 128 },
    imageShare: 0.4,
  },
} as const satisfies Record<string, Preset>;

export type PresetName = keyof typeof presets;
export const presetNames = Object.keys(presets) as PresetName[];

/** Augmentation of pairs; the same in all presets. */
export const pairAugmentation = { self: selfPairAugmentation, mined: minedPairAugmentation } as const;
