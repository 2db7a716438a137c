/**
 * Packed pixels: 0xAABBGGRR. Two channels are computed at once in the lanes 0x00ff00ff.
 *
 * The alpha byte is a tag, not an opacity: 255 where the target's body is seen, 0 elsewhere (sprites: opacity).
 */
export const laneMask = 0x00ff00ff;

/** Packs 0..255 channels; values outside are clamped. */
export function packPixel(red: number, green: number, blue: number, tag = 0): number {
  return (toByte(red) | (toByte(green) << 8) | (toByte(blue) << 16) | (tag << 24)) >>> 0;
}

/** `from` + (`to` - `from`) * amount / 256 in all four channels; amount 0..256. */
export function blendPixel(from: number, to: number, amount: number): number {
  const rest = 256 - amount;
  const low = Math.imul(from & laneMask, rest) + Math.imul(to & laneMask, amount);
  const high = Math.imul((from >>> 8) & laneMask, rest) + Math.imul((to >>> 8) & laneMask, amount);
  return ((low >>> 8) & laneMask) | (high & 0xff00ff00);
}

/** Colour times factor / 256 (0..256); the tag is kept. */
export function scalePixel(pixel: number, factor: number): number {
  const low = (Math.imul(pixel & laneMask, factor) >>> 8) & laneMask;
  const green = Math.imul((pixel >>> 8) & 0xff, factor) & 0xff00;
  return low | green | (pixel & 0xff000000);
}

function toByte(value: number): number {
  return value <= 0 ? 0 : value >= 255 ? 255 : value | 0;
}
