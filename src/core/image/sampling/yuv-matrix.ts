import { type Frame } from '../frame.js';

/**
 * YUV -> RGB: R = luma (Y - black) + redV V', G = luma (Y - black) + greenU U' + greenV V', B = luma (Y - black) + blueU U',
 * with U' = U - 128, V' = V - 128.
 */
export interface YuvMatrix {
  readonly black: number;
  readonly luma: number;
  readonly redV: number;
  readonly greenU: number;
  readonly greenV: number;
  readonly blueU: number;
}

/** BT.601 (Kr = 0.299, Kb = 0.114) on 0..255: V' = (R - Y) / (2 (1 - Kr)), U' = (B - Y) / (2 (1 - Kb)). */
const fullRange: YuvMatrix = {
  black: 0,
  luma: 1,
  redV: 1.402,
  greenU: -0.344136,
  greenV: -0.714136,
  blueU: 1.772,
};

/** Studio range: Y spans 16..235 (219 levels), U and V 16..240 (224 levels). */
const studioRange: YuvMatrix = {
  black: 16,
  luma: 255 / 219,
  redV: (255 / 224) * fullRange.redV,
  greenU: (255 / 224) * fullRange.greenU,
  greenV: (255 / 224) * fullRange.greenV,
  blueU: (255 / 224) * fullRange.blueU,
};

/** The matrix of a frame that is not RGB: ITU-R BT.601; grey is luma in full range. */
export function yuvMatrix(frame: Pick<Frame, 'format' | 'fullRange'>): YuvMatrix {
  return frame.format === 'gray8' || frame.fullRange === true ? fullRange : studioRange;
}

/** Fraction bits of the sums that become red, green and blue; they stay below 2^31. */
export const resultBits = 21;

/** The matrix in fixed point. Chroma gains apply to bytes, the luma gain to luma with 8 fraction bits. */
export interface FixedYuvMatrix extends Omit<YuvMatrix, 'black'> {
  /** Rounding, black level and the chroma offset of 128 in one term per channel. */
  readonly redBias: number;
  readonly greenBias: number;
  readonly blueBias: number;
  readonly rounding: number;
}

export function fixedYuvMatrix(frame: Pick<Frame, 'format' | 'fullRange'>): FixedYuvMatrix {
  return frame.format === 'gray8' || frame.fullRange === true ? fixedFullRange : fixedStudioRange;
}

const one = 1 << resultBits;
const fixedFullRange = fixed(fullRange);
const fixedStudioRange = fixed(studioRange);

function fixed({ black, luma, redV, greenU, greenV, blueU }: YuvMatrix): FixedYuvMatrix {
  const rounding = one / 2;
  const bias = (chromaGain: number) => Math.round(rounding - one * (black * luma + 128 * chromaGain));
  return {
    luma: Math.round(luma * (one >> 8)),
    redV: Math.round(redV * one),
    greenU: Math.round(greenU * one),
    greenV: Math.round(greenV * one),
    blueU: Math.round(blueU * one),
    redBias: bias(redV),
    greenBias: bias(greenU + greenV),
    blueBias: bias(blueU),
    rounding,
  };
}
