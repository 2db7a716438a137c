import type { PhotometricOptions } from './photometric.js';

/** How far a view may stray from the plain crop. Sizes are shares, angles radians. */
export interface ViewOptions {
  /** Largest shift of the target from the crop's centre, as a share of the crop, and how often it is drawn uniformly up to there. */
  readonly shift: number;
  readonly wideShiftProbability: number;
  /** Otherwise the shift is normal with this sigma (share of the crop). */
  readonly shiftSigma: number;
  /** Log-uniform range of the scale: 1/scale .. scale. */
  readonly scale: number;
  readonly aspect: number;
  readonly rotation: number;
  readonly shear: number;
  readonly perspective: number;
  readonly mirrorProbability: number;
  /** The view is rendered at this many pixels at least and blown up again: small targets are blurred upscales. */
  readonly lowResolutionProbability: number;
  readonly lowestResolution: number;
  /** Something else covers part of the target. */
  readonly occlusionProbability: number;
  /** Another object is laid beside the target. */
  readonly distractorProbability: number;
  /** A distractor is taken from the target's own picture, where look-alikes are. */
  readonly rivalProbability: number;
  /** Something else lies where the target was: there is nothing to be found, and what is there may look like it. */
  readonly replacementProbability: number;
  /** The target is laid onto another picture. */
  readonly newBackgroundProbability: number;
  readonly light: PhotometricOptions;
}

export interface PairAugmentation {
  /** Both views are grey. */
  readonly greyProbability: number;
  readonly template: ViewOptions;
  readonly search: ViewOptions;
}

const light: PhotometricOptions = {
  brightness: 0.25,
  contrast: 0.25,
  gamma: 0.25,
  tint: 0.08,
  greyProbability: 0.03,
  saturation: 0.35,
  blurProbability: 0.25,
  noiseProbability: 0.25,
  noise: 10,
};

const steady: ViewOptions = {
  shift: 0.04,
  wideShiftProbability: 0,
  shiftSigma: 0.01,
  scale: 1.06,
  aspect: 1.05,
  rotation: 0.05,
  shear: 0,
  perspective: 0,
  mirrorProbability: 0,
  lowResolutionProbability: 0.35,
  lowestResolution: 20,
  occlusionProbability: 0,
  distractorProbability: 0,
  rivalProbability: 0,
  replacementProbability: 0,
  newBackgroundProbability: 0,
  light: { ...light, blurProbability: 0.15 },
};

/** Two views of one picture: all change must be made here. */
export const selfPairAugmentation: PairAugmentation = {
  greyProbability: 0.1,
  template: steady,
  search: {
    shift: 0.36,
    wideShiftProbability: 0.6,
    shiftSigma: 0.08,
    scale: 1.35,
    aspect: 1.2,
    rotation: 0.4,
    shear: 0.15,
    perspective: 0.12,
    mirrorProbability: 0.1,
    lowResolutionProbability: 0.35,
    lowestResolution: 40,
    occlusionProbability: 0.25,
    distractorProbability: 0.4,
    rivalProbability: 0.5,
    replacementProbability: 0.12,
    newBackgroundProbability: 0.2,
    light,
  },
};

/** Two pictures of one object: the video brings its own change, the box must stay exact. */
export const minedPairAugmentation: PairAugmentation = {
  greyProbability: 0.1,
  template: steady,
  search: {
    ...selfPairAugmentation.search,
    rotation: 0.12,
    shear: 0.05,
    perspective: 0.05,
    mirrorProbability: 0,
    occlusionProbability: 0.1,
    newBackgroundProbability: 0,
    light: { ...light, brightness: 0.15, contrast: 0.15, gamma: 0.15, tint: 0.05, saturation: 0.2 },
  },
};
