import type { Random } from '../../random.js';
import { createNoiseTile, tileAt, type NoiseTile } from '../noise-tile.js';
import { blendPixel, packPixel } from '../raster/pixel.js';
import type { Texture } from '../raster/texture.js';
import { isPlanted, rampEnd } from './bridge-mesh.js';
import type { Bridge } from './bridge.js';
import { worldSize } from './extent.js';
import type { World } from './world.js';

/** How far the verge reaches from the centre line, metres. */
const vergeEnd = 8.5;

/** Paints the route with its markings, and yards and drives of the houses. */
export function paintRoads(random: Random, world: World, ground: Texture): void {
  const grain = createNoiseTile(random, { bits: 8, cell: 32, octaves: 6, gain: 0.75 });
  for (const house of world.houses) {
    const yard = house.reach + 3.5;
    paintPatch(ground, house, yard + 3, (away, column, row) => {
      const edge = coverage(yard - away + 2 * tileAt(grain, column >> 1, row >> 1), 1.5);
      const tone = 1 + 0.2 * tileAt(grain, column, row);
      return [packPixel(150 * tone, 142 * tone, 122 * tone, 150), edge];
    });
  }
  for (const bridge of world.bridges) {
    if (!isPlanted(bridge.length)) paintApproaches(bridge, ground, grain);
  }
  paintRoute(world, ground, grain);
}

/** The road of a bridge goes on beyond its ramps, and loses itself in the fields. */
function paintApproaches(bridge: Bridge, ground: Texture, grain: NoiseTile): void {
  const texel = worldSize / (1 << ground.bits);
  const cos = Math.cos(bridge.heading);
  const sin = Math.sin(bridge.heading);
  const fade = 45;
  paintPatch(ground, bridge, rampEnd + fade, (_away, column, row) => {
    const dx = (column + 0.5) * texel - bridge.x;
    const dy = (row + 0.5) * texel - bridge.y;
    const along = Math.abs(dx * cos + dy * sin);
    const across = Math.abs(dy * cos - dx * sin);
    if (along < rampEnd - 3 || across > bridge.length / 2) return [0, 0];
    const noise = tileAt(grain, column, row);
    const left = 1 - (along - rampEnd - 6 + 8 * noise) / (fade - 6);
    const grey = 100 * (1 + 0.13 * noise);
    const amount = coverage(bridge.length / 2 - 0.6 - across, 0.2) * Math.min(1, Math.max(0, left));
    return [packPixel(grey, grey, grey, 110), Math.round(amount)];
  });
}

/** Walks the centre line; each texel beside it takes its colour from its distances along and across. */
function paintRoute({ route, river }: World, { pixels, bits }: Texture, grain: NoiseTile): void {
  const side = 1 << bits;
  const texel = worldSize / side;
  const step = 1;
  const count = Math.floor(route.length / step);
  for (let i = 0; i < count; i++) {
    const from = (i / count) * route.length;
    const a = route.at(from);
    const b = route.at(((i + 1) / count) * route.length);
    const length = Math.hypot(b.x - a.x, b.y - a.y);
    const [dx, dy] = [(b.x - a.x) / length, (b.y - a.y) / length];
    const overWater = river.distance(a.x, a.y) < 3;
    const reach = vergeEnd + step;
    const x0 = Math.floor((Math.min(a.x, b.x) - reach) / texel);
    const x1 = Math.ceil((Math.max(a.x, b.x) + reach) / texel);
    const y0 = Math.floor((Math.min(a.y, b.y) - reach) / texel);
    const y1 = Math.ceil((Math.max(a.y, b.y) + reach) / texel);
    for (let row = y0; row <= y1; row++) {
      for (let column = x0; column <= x1; column++) {
        const px = (column + 0.5) * texel - a.x;
        const py = (row + 0.5) * texel - a.y;
        // between the planes through both ends, each square to the road there: no gap and no overlap in bends
        const before = px * a.tx + py * a.ty;
        const after = (px - (b.x - a.x)) * b.tx + (py - (b.y - a.y)) * b.ty;
        if (before < 0 || after >= 0) continue;
        const across = py * dx - px * dy;
        if (Math.abs(across) > vergeEnd) continue;
        const along = from + (before / (before - after)) * (route.length / count);
        const at = (row & (side - 1)) * side + (column & (side - 1));
        const noise = tileAt(grain, column, row);
        pixels[at] = roadColour(pixels[at]!, { along, across, noise, overWater });
      }
    }
  }
}

function roadColour(
  land: number,
  { along, across, noise, overWater }: { along: number; across: number; noise: number; overWater: boolean },
): number {
  const away = Math.abs(across);
  const tone = 1 + 0.13 * noise;
  // 1. verge: gravel and worn grass, or the edge of the causeway over water
  const verge = overWater
    ? packPixel(160 * tone, 156 * tone, 148 * tone, 60)
    : packPixel(136 * tone, 128 * tone, 94 * tone, 200);
  let colour = blendPixel(
    land,
    verge,
    overWater ? coverage(7 - away, 0.2) : coverage(6.6 + 2 * noise - away, 1.4),
  );
  // 2. asphalt, darker where wheels roll
  const wheels = Math.exp(-(((away - 1.8) / 1.1) ** 2));
  const grey = (104 - 10 * wheels) * tone;
  colour = blendPixel(colour, packPixel(grey, grey, grey * 1.03, 110), coverage(5.5 - away, 0.2));
  // 3. markings: solid edge lines, dashes of 3 m every 8 m in the middle
  const line = packPixel(196, 194, 186, 60);
  const solid = coverage(0.1 - Math.abs(away - 4.1), 0.2);
  const dash = along % 8 < 3 ? coverage(0.1 - away, 0.2) : 0;
  return blendPixel(colour, line, Math.max(solid, dash));
}

/** 0..256: how much of a texel lies inside an edge `inside` metres away, the edge being `width` soft. */
function coverage(inside: number, width: number): number {
  const share = 0.5 + inside / width;
  return share <= 0 ? 0 : share >= 1 ? 256 : Math.round(256 * share);
}

function paintPatch(
  { pixels, bits }: Texture,
  centre: { x: number; y: number },
  radius: number,
  colour: (away: number, column: number, row: number) => readonly [number, number],
): void {
  const side = 1 << bits;
  const texel = worldSize / side;
  const reach = Math.ceil(radius / texel);
  const [cx, cy] = [Math.floor(centre.x / texel), Math.floor(centre.y / texel)];
  for (let row = cy - reach; row <= cy + reach; row++) {
    for (let column = cx - reach; column <= cx + reach; column++) {
      const away = Math.hypot(column - cx, row - cy) * texel;
      const [paint, amount] = colour(away, column, row);
      if (amount === 0) continue;
      const at = (row & (side - 1)) * side + (column & (side - 1));
      pixels[at] = blendPixel(pixels[at]!, paint, amount);
    }
  }
}
