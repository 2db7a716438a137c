import type { Random } from '../../random.js';
import { packPixel } from '../raster/pixel.js';
import { createMipmaps, type Texture } from '../raster/texture.js';
import { treeVariants } from './trees.js';

const bits = 7;
const side = 1 << bits;
const colours = [
  [74, 104, 48],
  [62, 92, 46],
  [88, 112, 52],
  [54, 82, 50],
  [98, 110, 50],
  [70, 98, 58],
] as const;

/** Mip chains of the crowns, one a variant: clumps of leaves, each lit from above left, on a round crown. */
export function createTreeSprites(random: Random): Texture[][] {
  return Array.from({ length: treeVariants }, (_, i) =>
    createMipmaps({ pixels: paintCrown(random, colours[i % colours.length]!), bits }, 4),
  );
}

function paintCrown(random: Random, [red, green, blue]: readonly [number, number, number]): Uint32Array {
  // the transparent part carries the leaves' colour, so that halved levels have no dark fringe
  const pixels = new Uint32Array(side * side).fill(packPixel(red * 0.6, green * 0.6, blue * 0.6));
  const clumps = Array.from({ length: 90 }, () => {
    const angle = random.uniform(0, 2 * Math.PI);
    const away = Math.sqrt(random.next()) * 0.78;
    return { x: away * Math.cos(angle), y: away * Math.sin(angle), radius: random.uniform(0.1, 0.22) };
  });
  // from the bottom to the top: upper clumps lie over lower ones
  clumps.sort((a, b) => b.y - a.y);
  for (const clump of clumps) {
    const tint = random.uniform(0.85, 1.12);
    // the crown is a ball: light falls off downwards and to the right
    const ball = 0.86 - 0.34 * clump.y - 0.16 * clump.x;
    const reach = Math.ceil((clump.radius * side) / 2);
    const [px, py] = [((clump.x + 1) / 2) * side, ((clump.y + 1) / 2) * side];
    for (let y = Math.floor(py) - reach; y <= py + reach; y++) {
      for (let x = Math.floor(px) - reach; x <= px + reach; x++) {
        const dx = (x + 0.5 - px) / reach;
        const dy = (y + 0.5 - py) / reach;
        const ragged = dx * dx + dy * dy + random.uniform(-0.25, 0.25);
        if (ragged > 0.9 || x < 0 || y < 0 || x >= side || y >= side) continue;
        const light = tint * ball * (1 - 0.3 * dy - 0.15 * dx) * random.uniform(0.82, 1.12);
        pixels[y * side + x] = packPixel(red * light, green * light, blue * light, 255);
      }
    }
  }
  return pixels;
}
