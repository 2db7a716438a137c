import type { Frame } from '../frame.js';

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

/**
 * The matrix in fixed point. Chroma gains have 21 fraction bits and apply to bytes; the luma gain has 13 and applies to luma with 8:
 * both products lose 16 bits, 5 are left (see Tables.shorts), and none passes 2^31.
 */
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

const one = 1 << 21;
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
