import { TrainingError, UsageError } from '../../../core/errors.js';
import { createCropSampler } from '../../../core/image/sampler.js';
import type { ModelContract } from '../../../core/model/contract.js';
import type { Progress } from '../../progress/progress.js';
import type { FrameStore } from '../../store/frame-store.js';
import { type CandidateOptions, findCandidates } from './candidates.js';
import type { FrameManifest, ManifestEntry } from './manifest.js';
import { contrastOf, cutCrops, hashCrops, type Sample, type SampleCrops } from './sample.js';
import { sampleOf } from './manifest.js';
import { chooseSpread } from './spread.js';

/** Crops to measure ranges on, others to check with, and where they come from. */
export interface ChosenSamples {
  readonly calibrate: readonly SampleCrops[];
  readonly check: readonly SampleCrops[];
  readonly manifest: FrameManifest;
}

export interface ChooseOptions extends CandidateOptions {
  readonly contract: ModelContract;
  /** What the model makes of a template crop: pictures that it sees alike are alike. */
  readonly embed: (template: Uint8Array) => Float32Array;
  readonly calibrateCount: number;
  readonly checkCount: number;
  readonly progress: Progress;
  readonly signal?: AbortSignal | undefined;
}

/** Grey levels of standard deviation below which a crop shows nothing. */
const leastContrast = 4;

/**
 * Chooses frames of a store for spread, by what the model itself makes of them.
 * @throws UsageError when the store holds nothing to look at: no clip, no proposal, black frames only.
 */
export function chooseSamples(store: FrameStore, options: ChooseOptions): ChosenSamples {
  const { calibrateCount, checkCount, contract } = options;
  const found = findCandidates(store, options);
  options.progress.start('look at frames', found.calibrate.length + found.check.length);
  const [calibrate, check] = [
    pick(store, found.calibrate, calibrateCount, options),
    pick(store, found.check, checkCount, options),
  ];
  if (calibrate.length === 0 || check.length === 0) {
    const { length: clips } = store.clips;
    throw new UsageError(
      clips === 0
        ? `calibration "${store.dir}" holds no clip`
        : `calibration "${store.dir}": nothing to see in ${clips} clips for ${calibrate.length === 0 ? 'calibrating' : 'checking'} (black, empty or too few); give more footage`,
    );
  }
  return {
    calibrate: calibrate.map(({ crops }) => crops),
    check: check.map(({ crops }) => crops),
    manifest: {
      format: 'tagalong-int8-frames/1',
      model: contract.name,
      calibrate: calibrate.map(({ entry }) => entry),
      check: check.map(({ entry }) => entry),
    },
  };
}

/** The frames of a manifest. @throws TrainingError when a clip is not in the store, or its pictures are others. */
export function loadSamples(
  store: FrameStore,
  manifest: FrameManifest,
  contract: ModelContract,
): ChosenSamples {
  const sampler = createCropSampler();
  const clips = new Map(store.clips.map((clip) => [clip.name, clip]));
  const load = (entry: ManifestEntry): SampleCrops => {
    const clip = clips.get(entry.clip);
    if (!clip) throw new TrainingError(`clip "${entry.clip}" of the frame list is not in ${store.dir}`);
    if (Math.max(entry.frame, entry.searchFrame) >= clip.frames) {
      throw new TrainingError(`clip "${entry.clip}" has ${clip.frames} frames, the list says more`);
    }
    const crops = cutCrops(store, sampler, clip, sampleOf(entry), contract);
    if (hashCrops(crops) === entry.sha256) return crops;
    throw new TrainingError(
      `clip "${entry.clip}" frame ${entry.frame}: other pixels than the frame list was made of`,
    );
  };
  return { calibrate: manifest.calibrate.map(load), check: manifest.check.map(load), manifest };
}

interface Picked {
  readonly crops: SampleCrops;
  readonly entry: ManifestEntry;
}

function pick(
  store: FrameStore,
  candidates: readonly Sample[],
  count: number,
  { contract, embed, progress, signal }: ChooseOptions,
): Picked[] {
  const sampler = createCropSampler();
  const clips = new Map(store.clips.map((clip) => [clip.name, clip]));
  const cut = (sample: Sample): SampleCrops =>
    cutCrops(store, sampler, clips.get(sample.clip)!, sample, contract);
  const seen: { sample: Sample; point: Float32Array }[] = [];
  for (const sample of candidates) {
    signal?.throwIfAborted();
    progress.advance();
    const { template, search } = cut(sample);
    if (Math.min(contrastOf(template), contrastOf(search)) < leastContrast) continue;
    seen.push({ sample, point: describe(embed(template), contract, template) });
  }
  const chosen = chooseSpread(
    seen.map(({ point }) => point),
    count,
  );
  return chosen.map((index) => {
    const { sample } = seen[index]!;
    const crops = cut(sample);
    const { clip, frame, searchFrame, box, shift } = sample;
    const { source, firstFrame, stride } = clips.get(clip)!;
    const entry: ManifestEntry = {
      clip,
      source: source.path,
      sourceFrame: firstFrame + frame * stride,
      frame,
      searchFrame,
      box: [box.cx, box.cy, box.width, box.height],
      shift: [...shift],
      sha256: hashCrops(crops),
    };
    return { crops, entry };
  });
}

/** Mean of every feature over the template, and how bright and contrasty the picture is. */
function describe(features: Float32Array, { template }: ModelContract, crop: Uint8Array): Float32Array {
  const [channels, rows, columns] = template.features;
  const plane = rows * columns;
  const point = new Float32Array(channels + 2);
  for (let channel = 0; channel < channels; channel += 1) {
    for (let cell = 0; cell < plane; cell += 1) point[channel]! += features[channel * plane + cell]! / plane;
  }
  const mean = crop.reduce((sum, value) => sum + value, 0) / crop.length;
  point[channels] = mean / 255;
  point[channels + 1] = contrastOf(crop) / 128;
  return point;
}
