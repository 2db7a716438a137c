import { packPixel } from './pixel.js';

/** A square tile of packed pixels, side 2^bits, that repeats. */
export interface Texture {
  readonly pixels: Uint32Array;
  readonly bits: number;
}

/** Paints a tile texel by texel; `colour` answers [red, green, blue, tag?] for texel (x, y). */
export function createTexture(
  bits: number,
  colour: (x: number, y: number) => readonly [number, number, number, number?],
): Texture {
  const side = 1 << bits;
  const pixels = new Uint32Array(side * side);
  for (let y = 0; y < side; y++) {
    for (let x = 0; x < side; x++) pixels[y * side + x] = packPixel(...colour(x, y));
  }
  return { pixels, bits };
}

/** The tile and its halvings down to 2x2 (or `levels` of them): each texel the mean of four. */
export function createMipmaps(base: Texture, levels = base.bits): Texture[] {
  const chain = [base];
  while (chain.length < levels) chain.push(halve(chain[chain.length - 1]!));
  return chain;
}

/** Colours are weighted equally: sprites carry their edge colour into the transparent part. */
function halve({ pixels, bits }: Texture): Texture {
  const side = 1 << bits;
  const half = side >> 1;
  const out = new Uint32Array(half * half);
  for (let y = 0; y < half; y++) {
    for (let x = 0; x < half; x++) {
      const i = 2 * y * side + 2 * x;
      out[y * half + x] = meanOfFour(pixels[i]!, pixels[i + 1]!, pixels[i + side]!, pixels[i + side + 1]!);
    }
  }
  return { pixels: out, bits: bits - 1 };
}

function meanOfFour(a: number, b: number, c: number, d: number): number {
  const mask = 0x00ff00ff;
  const low = ((a & mask) + (b & mask) + (c & mask) + (d & mask) + 0x00020002) >>> 2;
  const high =
    (((a >>> 8) & mask) + ((b >>> 8) & mask) + ((c >>> 8) & mask) + ((d >>> 8) & mask) + 0x00020002) >>> 2;
  return ((low & mask) | ((high & mask) << 8)) >>> 0;
}
