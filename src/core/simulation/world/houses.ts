import type { Random } from '../../random.js';
import type { Vector } from '../camera.js';
import type { Route } from '../motion/route.js';
import { createMesh, type Face, type Mesh } from '../raster/mesh.js';
import { createTexture, type Texture } from '../raster/texture.js';
import type { River } from './river.js';
import type { RoadDistance } from './road-distance.js';
import type { Bridge } from './bridge.js';
import { worldSize, wrapNear } from './extent.js';

export interface House extends Vector {
  readonly heading: number;
  readonly mesh: Mesh;
  readonly palette: readonly number[];
  /** Radius of its footprint, metres. */
  readonly reach: number;
}

interface Surroundings {
  readonly route: Route;
  readonly roadDistance: RoadDistance;
  readonly river: River;
  readonly bridges: readonly Bridge[];
}

/** Hamlets along the road: groups of gabled houses and barns, far enough from the road not to hide it. */
export function placeHouses(random: Random, surroundings: Surroundings): House[] {
  const { route, roadDistance, river, bridges } = surroundings;
  const looks = createLooks(random);
  const houses: House[] = [];
  for (let attempt = 0; attempt < 260 && houses.length < 46; attempt++) {
    const hamlet = route.at(Math.floor(random.next() * 7) * (route.length / 7) + random.uniform(0, 70));
    const side = random.chance(0.5) ? 1 : -1;
    const away = random.uniform(23, 48);
    const x = hamlet.x - hamlet.ty * side * away;
    const y = hamlet.y + hamlet.tx * side * away;
    const far = (other: Vector, distance: number): boolean =>
      Math.hypot(wrapNear(other.x - x, 0), wrapNear(other.y - y, 0)) > distance;
    if (roadDistance.at(x, y) < 23 || river.distance(x, y) < 12) continue;
    if (!houses.every((house) => far(house, house.reach + 9)) || !bridges.every((b) => far(b, 58))) continue;
    const heading =
      Math.atan2(hamlet.ty, hamlet.tx) + (random.chance(0.5) ? Math.PI / 2 : 0) + random.normal(0.06);
    const barn = random.chance(0.2);
    const length = barn ? random.uniform(13, 18) : random.uniform(8, 12);
    const width = barn ? random.uniform(8, 10) : random.uniform(6.5, 8.5);
    houses.push({
      x: x - worldSize * Math.floor(x / worldSize),
      y: y - worldSize * Math.floor(y / worldSize),
      z: 0,
      heading,
      reach: Math.hypot(length, width) / 2,
      ...buildHouse(random, { length, width, wall: barn ? 4 : random.uniform(3, 4.6) }, looks),
    });
  }
  return houses;
}

interface Looks {
  readonly roofs: readonly Texture[];
  readonly walls: readonly Texture[];
}

/** Walls, then the roof with its overhang, then a chimney; x along the ridge. */
function buildHouse(
  random: Random,
  { length, width, wall }: { length: number; width: number; wall: number },
  looks: Looks,
): Pick<House, 'mesh' | 'palette'> {
  const [x, y] = [length / 2, width / 2];
  const ridge = wall + width * random.uniform(0.26, 0.36);
  const eave = { x: x + 0.4, y: y + 0.5, z: wall - 0.3 };
  const [chimneyX, chimneyY] = [x * random.uniform(-0.6, 0.6), 0.9];
  const box = (hx: number, hy: number, z: number, cx = 0, cy = 0): Vector[] => [
    { x: cx - hx, y: cy - hy, z },
    { x: cx + hx, y: cy - hy, z },
    { x: cx + hx, y: cy + hy, z },
    { x: cx - hx, y: cy + hy, z },
  ];
  const vertices = [
    ...box(x, y, 0),
    ...box(x, y, wall),
    ...box(eave.x, eave.y, eave.z),
    { x: -eave.x, y: 0, z: ridge },
    { x: eave.x, y: 0, z: ridge },
    ...box(0.45, 0.45, wall, chimneyX, chimneyY),
    ...box(0.45, 0.45, ridge + 0.7, chimneyX, chimneyY),
  ];
  const walls = random.pick(looks.walls);
  const roof = random.pick(looks.roofs);
  const bays = Math.max(1, Math.round(length / 3.2));
  const ends = Math.max(1, Math.round(width / 3.6));
  const side = (along: number): Face['tiles'] & object => ({ texture: walls, along, across: 1 });
  const slope = { texture: roof, along: length / 4, across: width / 6 };
  const mesh = createMesh(
    vertices,
    [
      { corners: [0, 1, 5, 4], paint: 0, tiles: side(bays) },
      { corners: [1, 2, 6, 5], paint: 0, tiles: side(ends) },
      { corners: [2, 3, 7, 6], paint: 0, tiles: side(bays) },
      { corners: [3, 0, 4, 7], paint: 0, tiles: side(ends) },
      { corners: [11, 8, 12], paint: 0 },
      { corners: [9, 10, 13], paint: 0 },
      { corners: [8, 9, 13, 12], paint: 1, tiles: slope },
      { corners: [10, 11, 12, 13], paint: 1, tiles: slope },
      { corners: [14, 15, 19, 18], paint: 2 },
      { corners: [15, 16, 20, 19], paint: 2 },
      { corners: [16, 17, 21, 20], paint: 2 },
      { corners: [17, 14, 18, 21], paint: 2 },
      { corners: [18, 19, 20, 21], paint: 2 },
    ],
    [{ corners: [0, 1, 2, 3, 8, 9, 10, 11, 12, 13], paint: 1 }],
  );
  return { mesh, palette: [walls.pixels[0]!, roof.pixels[0]!, 0x505a70] };
}

/** Tile sets: walls with a window a tile, roofs in courses of tiles. */
function createLooks(random: Random): Looks {
  const wall = (red: number, green: number, blue: number): Texture =>
    createTexture(5, (x, y) => {
      const window = x >= 11 && x < 21 && y >= 12 && y < 24;
      const frame = x >= 10 && x < 22 && y >= 11 && y < 25;
      const grain = random.uniform(0.95, 1.03);
      if (window) return [50, 62, 76];
      return frame ? [205, 205, 200] : [red * grain, green * grain, blue * grain];
    });
  const roof = (red: number, green: number, blue: number): Texture =>
    createTexture(5, (x, y) => {
      const course = y % 4 === 0 ? 0.78 : 1;
      const joint = (x + (y >> 2) * 3) % 6 === 0 ? 0.9 : 1;
      const grain = random.uniform(0.86, 1.06) * course * joint;
      return [red * grain, green * grain, blue * grain];
    });
  return {
    walls: [wall(212, 204, 186), wall(196, 186, 170), wall(178, 138, 112), wall(208, 208, 204)],
    roofs: [roof(156, 84, 62), roof(128, 72, 58), roof(96, 98, 106), roof(140, 120, 100), roof(112, 62, 52)],
  };
}
