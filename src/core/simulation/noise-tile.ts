import type { Random } from '../random.js';

/** Periodic fractal value noise on a square of side 2^bits, values about -1..1. */
export interface NoiseTile {
  readonly values: Float32Array;
  readonly bits: number;
}

export interface NoiseTileOptions {
  readonly bits: number;
  /** Side of the coarsest lattice cell in texels, a power of two. */
  readonly cell: number;
  readonly octaves: number;
  /** Amplitude of each octave relative to the one before. */
  readonly gain?: number;
}

/** Sums octaves of value noise (random lattice, smoothstep between), normalised to a standard deviation of 0.4. */
export function createNoiseTile(
  random: Random,
  { bits, cell, octaves, gain = 0.5 }: NoiseTileOptions,
): NoiseTile {
  const side = 1 << bits;
  const values = new Float32Array(side * side);
  let amplitude = 1;
  let spacing = cell;
  for (let octave = 0; octave < octaves && spacing >= 1; octave++) {
    addOctave(values, side, spacing, amplitude, random);
    amplitude *= gain;
    spacing >>= 1;
  }
  let squares = 0;
  for (const value of values) squares += value * value;
  const scale = 0.4 / Math.sqrt(squares / values.length);
  for (let i = 0; i < values.length; i++) values[i]! *= scale;
  return { values, bits };
}

/** Value at integer texel coordinates, which wrap. */
export function tileAt({ values, bits }: NoiseTile, x: number, y: number): number {
  const mask = (1 << bits) - 1;
  return values[((y & mask) << bits) | (x & mask)]!;
}

function addOctave(
  values: Float32Array,
  side: number,
  spacing: number,
  amplitude: number,
  random: Random,
): void {
  const cells = side / spacing;
  const lattice = Float32Array.from({ length: cells * cells }, () => random.uniform(-amplitude, amplitude));
  const weights = Float32Array.from({ length: spacing }, (_, i) => smoothstep(i / spacing));
  for (let y = 0; y < side; y++) {
    const row0 = Math.floor(y / spacing) * cells;
    const row1 = ((Math.floor(y / spacing) + 1) % cells) * cells;
    const wy = weights[y % spacing]!;
    for (let cellX = 0; cellX < cells; cellX++) {
      const next = (cellX + 1) % cells;
      const a = lattice[row0 + cellX]! + (lattice[row1 + cellX]! - lattice[row0 + cellX]!) * wy;
      const b = lattice[row0 + next]! + (lattice[row1 + next]! - lattice[row0 + next]!) * wy;
      const base = y * side + cellX * spacing;
      for (let i = 0; i < spacing; i++) values[base + i]! += a + (b - a) * weights[i]!;
    }
  }
}

export function smoothstep(t: number): number {
  return t <= 0 ? 0 : t >= 1 ? 1 : t * t * (3 - 2 * t);
}
