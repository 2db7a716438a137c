import { createRandom, type Random } from '../../random.js';
import { clamp } from '../../geometry/box.js';
import { createNoiseTile, smoothstep, tileAt } from '../noise-tile.js';
import { blendPixel, packPixel } from '../raster/pixel.js';
import { createMipmaps, type Texture } from '../raster/texture.js';
import { worldSize } from './extent.js';
import { createFields, marginEnd, type FieldSample } from './fields.js';
import { paintRoads } from './road-paint.js';
import { paintShadows } from './shadow-paint.js';
import type { World } from './world.js';

/**
 * The ground seen from above, north up v: packed pixels whose alpha byte says how strongly the fine detail tile
 * modulates them. One texel is worldSize / 2048 = 0.2 m.
 */
export interface Ground {
  readonly mipmaps: readonly Texture[];
  /** Fine detail, 0.05 m a texel: 128 is neutral. One array a mip level. */
  readonly detail: readonly { readonly values: Uint8Array; readonly bits: number }[];
}

export const groundBits = 11;
export const groundTexel = worldSize / (1 << groundBits);
export const detailBits = 8;

/** Paints fields, river, roads, yards and the shadows of everything that stands. */
export function createGround(seed: number, world: World): Ground {
  const random = createRandom(seed).fork(20);
  const texture: Texture = { bits: groundBits, pixels: new Uint32Array(1 << (2 * groundBits)) };
  paintLand(random, world, texture);
  paintRoads(random, world, texture);
  paintShadows(world, texture);
  return { mipmaps: createMipmaps(texture, 6), detail: createDetail(random) };
}

/** Fields, their borders, and water, texel by texel. */
function paintLand(random: Random, { river }: World, { pixels, bits }: Texture): void {
  const side = 1 << bits;
  const fields = createFields(random);
  const warp = createNoiseTile(random, { bits: 9, cell: 64, octaves: 3 });
  const patches = createNoiseTile(random, { bits: 9, cell: 64, octaves: 5, gain: 0.6 });
  const grain = createNoiseTile(random, { bits: 8, cell: 16, octaves: 4, gain: 0.8 });
  const sample: FieldSample = { red: 0, green: 0, blue: 0, rough: 0, field: 0, border: 0 };
  for (let row = 0; row < side; row++) {
    const y = (row + 0.5) * groundTexel;
    const middle = river.middle(y);
    const half = river.halfWidth(y);
    const slant = river.slant(y);
    // texels for which the last answer about the nearest field still holds
    let known = 0;
    for (let column = 0; column < side; column++) {
      const x = (column + 0.5) * groundTexel;
      // borders are not ruled with a ruler: the lookup is moved by slow noise
      const bend = tileAt(warp, column >> 2, row >> 2);
      const fine = tileAt(grain, column, row);
      let away = x - middle;
      away -= worldSize * Math.round(away / worldSize);
      const bank = Math.abs(away) * slant - half + 3 * bend + 0.5 * fine;
      const tone = clamp(1 + 0.16 * tileAt(patches, column >> 1, row >> 1) + 0.12 * fine, 0.7, 1.2);
      if (bank < 0) {
        known--;
        const deep = smoothstep(-bank / 7);
        const ripple = 1 + 0.1 * fine + 0.1 * bend;
        const at = row * side + column;
        pixels[at] = packPixel(
          (84 - 38 * deep) * ripple,
          (104 - 32 * deep) * ripple,
          (98 - 8 * deep) * ripple,
          70,
        );
        continue;
      }
      const [fieldX, fieldY] = [x + 7 * bend, y + 7 * tileAt(warp, (row >> 2) + 91, column >> 2)];
      if (known-- > 0) fields.sampleInside(fieldX, fieldY, sample);
      else {
        fields.sample(fieldX, fieldY, sample);
        // a texel's step moves the border by two texels at most, four where the lookup is bent
        known = Math.floor((sample.border - marginEnd) / (4 * groundTexel));
      }
      const land = packPixel(sample.red * tone, sample.green * tone, sample.blue * tone, sample.rough);
      // reeds and sand at the bank
      const shore = bank < 3.4 ? Math.round(256 * smoothstep((3.4 - bank) / 2.4)) : 0;
      const sand = shore > 0 ? packPixel(150 * tone, 138 * tone, 98 * tone, 150) : 0;
      pixels[row * side + column] = shore > 0 ? blendPixel(land, sand, shore) : land;
    }
  }
}

/** Blades and stones: white-ish noise with some larger tufts. */
function createDetail(random: Random): Ground['detail'] {
  const tile = createNoiseTile(random, { bits: detailBits, cell: 16, octaves: 5, gain: 0.95 });
  let level = {
    bits: detailBits,
    values: Uint8Array.from(tile.values, (value) => Math.max(0, Math.min(255, 128 + 105 * value))),
  };
  const levels = [level];
  while (levels.length < 5) {
    const half = 1 << (level.bits - 1);
    const values = new Uint8Array(half * half);
    for (let i = 0; i < values.length; i++) {
      const at = 2 * (Math.floor(i / half) * 2 * half) + 2 * (i % half);
      const sum =
        level.values[at]! +
        level.values[at + 1]! +
        level.values[at + 2 * half]! +
        level.values[at + 2 * half + 1]!;
      values[i] = sum >> 2;
    }
    level = { bits: level.bits - 1, values };
    levels.push(level);
  }
  return levels;
}
