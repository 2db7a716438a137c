import type { Random } from '../../random.js';
import { createNoiseTile, smoothstep, tileAt } from '../noise-tile.js';
import { packPixel } from '../raster/pixel.js';
import { createMipmaps, type Texture } from '../raster/texture.js';
import type { Vector } from '../camera.js';
import type { SmokePlume } from './world.js';

/** A puff of a plume at some moment. */
export interface Puff extends Vector {
  readonly radius: number;
  /** 0..256. */
  readonly opacity: number;
  readonly flip: boolean;
}

const puffs = 26;
/** Seconds from the fire to nothing. */
const lifetime = 7;

/** Puffs rise, drift across the road, spread along it, grow and fade; each begins again when it is gone. */
export function smokeAt(plume: SmokePlume, time: number): Puff[] {
  return Array.from({ length: puffs }, (_, i) => {
    const turn = time / lifetime + i / puffs;
    const age = turn - Math.floor(turn);
    // the same puff leaves from another place every time round: golden-ratio steps along the road
    const along = (((i * 0.618 + Math.floor(turn) * 0.382) % 1) - 0.5) * plume.length;
    const drift = age * 24;
    return {
      x: plume.x + plume.driftX * drift - plume.driftY * along,
      y: plume.y + plume.driftY * drift + plume.driftX * along,
      z: plume.z + 6.5 * Math.sqrt(age),
      radius: 1.6 + 3.6 * age,
      flip: i % 2 === 0,
      opacity: Math.round(215 * smoothstep(age * 7) * (1 - smoothstep((age - 0.45) / 0.55))),
    };
  });
}

/** A soft, lumpy, light-grey ball. */
export function createSmokeSprite(random: Random): Texture[] {
  const bits = 6;
  const side = 1 << bits;
  const noise = createNoiseTile(random, { bits, cell: 32, octaves: 4, gain: 0.55 });
  const pixels = new Uint32Array(side * side);
  for (let y = 0; y < side; y++) {
    for (let x = 0; x < side; x++) {
      const away = Math.hypot(x + 0.5 - side / 2, y + 0.5 - side / 2) / (side / 2);
      const lump = tileAt(noise, x, y);
      const alpha = 235 * smoothstep((1 - away) * 1.7 * (1 + 0.5 * lump));
      const tone = 186 + 34 * lump - 26 * (y / side);
      pixels[y * side + x] = packPixel(tone, tone, tone * 1.01, away < 1 ? alpha : 0);
    }
  }
  return createMipmaps({ pixels, bits }, 4);
}
