import { blendPixel } from './pixel.js';
import type { Surface } from './surface.js';
import type { Texture } from './texture.js';

export interface SpritePlacement {
  /** Centre and half side in image coordinates. */
  readonly cx: number;
  readonly cy: number;
  readonly radius: number;
  /** Mirrors left and right. */
  readonly flip?: boolean;
  /** 0..256, times the sprite's own opacity. */
  readonly opacity?: number;
}

/** Draws an upright square sprite (alpha = opacity) from its mip chain; the target's tag fades under it. */
export function drawSprite(
  surface: Surface,
  mipmaps: readonly Texture[],
  { cx, cy, radius, flip = false, opacity = 256 }: SpritePlacement,
): void {
  const left = cx - radius - surface.originX;
  const top = cy - radius - surface.originY;
  const x0 = Math.max(0, Math.ceil(left - 0.5));
  const x1 = Math.min(surface.width, Math.ceil(left + 2 * radius - 0.5));
  const y0 = Math.max(0, Math.ceil(top - 0.5));
  const y1 = Math.min(surface.height, Math.ceil(top + 2 * radius - 0.5));
  if (x0 >= x1 || y0 >= y1) return;
  const { pixels, bits } = chooseLevel(mipmaps, 2 * radius);
  // 16.16 fixed-point texel coordinates
  const side = 1 << bits;
  const step = Math.floor((side * 65536) / (2 * radius));
  const limit = side * 65536 - 1;
  const startU = Math.floor(step * (x0 + 0.5 - left));
  for (let y = y0; y < y1; y++) {
    const v = Math.min(limit, Math.floor(step * (y + 0.5 - top))) >> 16;
    let u = flip ? limit - startU : startU;
    const du = flip ? -step : step;
    let at = y * surface.width + x0;
    for (let x = x0; x < x1; x++, u += du, at++) {
      const texel = pixels[(v << bits) | ((u >> 16) & (side - 1))]!;
      const alpha = texel >>> 24;
      if (alpha === 0) continue;
      const amount = ((alpha + (alpha >> 7)) * opacity) >> 8;
      const colour = texel & 0xffffff;
      surface.pixels[at] = amount >= 256 ? colour : blendPixel(surface.pixels[at]!, colour, amount);
    }
  }
}

function chooseLevel(mipmaps: readonly Texture[], side: number): Texture {
  let level = 0;
  while (level + 1 < mipmaps.length && 1 << mipmaps[level]!.bits > side * 1.4) level++;
  return mipmaps[level]!;
}
