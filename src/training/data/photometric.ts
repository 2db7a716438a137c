import type { Random } from '../../core/random.js';

/** Strengths of the changes of light and lens; 0 switches one off. Probabilities are per view. */
export interface PhotometricOptions {
  /** Brightness and contrast, as factors' logarithm range. */
  readonly brightness: number;
  readonly contrast: number;
  readonly gamma: number;
  /** Gain of each colour channel. */
  readonly tint: number;
  readonly greyProbability: number;
  readonly saturation: number;
  readonly blurProbability: number;
  readonly noiseProbability: number;
  /** Largest sigma of the noise, grey levels. */
  readonly noise: number;
}

/** Changes a `size` x `size` RGB crop (HWC, uint8) in place. */
export function changeLight(
  crop: Uint8Array,
  size: number,
  options: PhotometricOptions,
  random: Random,
): void {
  if (random.chance(options.blurProbability)) blur(crop, size, random);
  applyCurves(crop, options, random);
  saturate(
    crop,
    random.chance(options.greyProbability) ? 0 : Math.exp(random.uniform(-1, 1) * options.saturation),
  );
  if (random.chance(options.noiseProbability)) addNoise(crop, random.uniform(0, options.noise), random);
}

/** Gamma, contrast, brightness and tint as one table per channel. */
function applyCurves(
  crop: Uint8Array,
  { brightness, contrast, gamma, tint }: PhotometricOptions,
  random: Random,
): void {
  const signed = (range: number): number => random.uniform(-1, 1) * range;
  const exponent = Math.exp(signed(gamma));
  const slope = Math.exp(signed(contrast));
  const gain = Math.exp(signed(brightness));
  const curves = [0, 1, 2].map(() => {
    const channelGain = gain * Math.exp(signed(tint));
    return Uint8ClampedArray.from({ length: 256 }, (_, level) => {
      const curved = 255 * (level / 255) ** exponent * channelGain;
      return (curved - 128) * slope + 128;
    });
  });
  const [red, green, blue] = curves as [Uint8ClampedArray, Uint8ClampedArray, Uint8ClampedArray];
  for (let i = 0; i < crop.length; i += 3) {
    crop[i] = red[crop[i]!]!;
    crop[i + 1] = green[crop[i + 1]!]!;
    crop[i + 2] = blue[crop[i + 2]!]!;
  }
}

function saturate(crop: Uint8Array, factor: number): void {
  const own = Math.round(Math.min(factor, 2) * 256);
  for (let i = 0; i < crop.length; i += 3) {
    const luma = (77 * crop[i]! + 150 * crop[i + 1]! + 29 * crop[i + 2]!) >> 8;
    for (let c = i; c < i + 3; c += 1) {
      const level = luma + (((crop[c]! - luma) * own) >> 8);
      crop[c] = level < 0 ? 0 : level > 255 ? 255 : level;
    }
  }
}

/** A running mean along a direction (motion blur) or along both axes (defocus). */
function blur(crop: Uint8Array, size: number, random: Random): void {
  const length = 2 + random.below(Math.max(2, Math.round(size / 24)));
  const kind = random.below(3);
  if (kind !== 1) runningMean(crop, size, length, 3, size * 3);
  if (kind !== 0) runningMean(crop, size, length, size * 3, 3);
}

/** Mean over `length` pixels along lines of step `along`, one line every `across`, three channels. */
function runningMean(crop: Uint8Array, size: number, length: number, along: number, across: number): void {
  const line = new Uint8Array(size + length);
  const scale = Math.round(65536 / length);
  const before = length >> 1;
  for (let start = 0; start < size; start += 1) {
    for (let channel = 0; channel < 3; channel += 1) {
      const base = start * across + channel;
      for (let k = 0; k < size + length; k += 1) {
        const at = Math.min(Math.max(k - before, 0), size - 1);
        line[k] = crop[base + at * along]!;
      }
      let sum = 0;
      for (let k = 0; k < length; k += 1) sum += line[k]!;
      for (let k = 0; k < size; k += 1) {
        crop[base + k * along] = Math.min(255, (sum * scale) >> 16);
        sum += line[k + length]! - line[k]!;
      }
    }
  }
}

function addNoise(crop: Uint8Array, sigma: number, random: Random): void {
  // a table of 4096 normal values read from a random start in odd steps: independent enough, and quick
  const table = Int8Array.from({ length: 4096 }, () =>
    Math.min(Math.max(Math.round(random.normal(sigma)), -127), 127),
  );
  let at = random.below(4096);
  const step = 1 + 2 * random.below(1000);
  for (let i = 0; i < crop.length; i += 1) {
    const level = crop[i]! + table[at]!;
    crop[i] = level < 0 ? 0 : level > 255 ? 255 : level;
    at = (at + step) & 4095;
  }
}
