import type { Random } from '../../random.js';
import type { Vector } from '../camera.js';
import { createNoiseTile, tileAt } from '../noise-tile.js';
import { createMesh, type Face, type Mesh } from '../raster/mesh.js';
import { packPixel } from '../raster/pixel.js';
import { createTexture, type Texture } from '../raster/texture.js';
import type { Bridge } from './bridge.js';

/** Heights above the road and lengths across it, metres. */
export const deckBottom = 5.8;
export const deckHalfSpan = 20;
export const deckTop = 6.8;
const parapetTop = 7.6;
export const rampEnd = 46;

export interface BridgeModel {
  readonly deck: Mesh;
  readonly ramps: readonly Mesh[];
  readonly pillars: Mesh;
  readonly palette: readonly number[];
}

/** Metres of deck on one tile; a road is one tile wide whatever its width. */
const tile = 8;

/** Bridges so wide carry a meadow for the deer instead of a road. */
export function isPlanted(length: number): boolean {
  return length >= 18;
}

/** x runs along the deck (across the route), y along the route. */
export function createBridgeModel(random: Random, { length }: Bridge): BridgeModel {
  const surface = isPlanted(length) ? grassTile(random) : asphaltTile(random);
  const half = length / 2;
  return {
    deck: createDeck(half, surface),
    ramps: [1, -1].map((side) => createRamp(half, side, { surface, slope: grassTile(random) })),
    pillars: createPillars(half),
    palette: [packPixel(168, 164, 156), packPixel(140, 137, 130), packPixel(96, 104, 62)],
  };
}

function tilesAcross(half: number): number {
  return isPlanted(2 * half) ? (2 * half) / tile : 1;
}

function createDeck(half: number, texture: Texture): Mesh {
  const x = deckHalfSpan;
  const inner = half - 0.4;
  const edge = (y: number, z: number): Vector[] => [
    { x: -x, y, z },
    { x, y, z },
  ];
  // pairs of vertices along the deck, from the near lower edge over the top to the far lower edge
  const vertices = [
    ...edge(-half, deckBottom),
    ...edge(-half, parapetTop),
    ...edge(-inner, parapetTop),
    ...edge(-inner, deckTop),
    ...edge(inner, deckTop),
    ...edge(inner, parapetTop),
    ...edge(half, parapetTop),
    ...edge(half, deckBottom),
  ];
  const strip = (pair: number, paint: number): Face => {
    const a = 2 * pair;
    return { corners: [a, a + 1, a + 3, a + 2], paint };
  };
  const road: Face = { ...strip(3, 0), tiles: { texture, along: (2 * x) / tile, across: tilesAcross(half) } };
  return createMesh(
    vertices,
    [road, strip(2, 1), strip(4, 1), strip(1, 0), strip(5, 0), strip(0, 1), strip(6, 1)],
    [{ corners: [0, 1, 6, 7, 8, 9, 14, 15], paint: 1 }],
  );
}

/** `side`: 1 at the deck's x end, -1 at the other. */
function createRamp(
  half: number,
  side: number,
  { surface, slope }: { surface: Texture; slope: Texture },
): Mesh {
  const [near, far, foot] = [side * deckHalfSpan, side * rampEnd, half + 8];
  const vertices: Vector[] = [
    { x: near, y: -half, z: deckTop },
    { x: far, y: -half, z: 0.02 },
    { x: far, y: half, z: 0.02 },
    { x: near, y: half, z: deckTop },
    { x: near, y: -foot, z: 0 },
    { x: near, y: foot, z: 0 },
  ];
  const ordered = (corners: number[]): number[] => (side === 1 ? corners : corners.toReversed());
  const length = rampEnd - deckHalfSpan;
  const grass = { texture: slope, along: length / tile, across: 1 };
  const road = { texture: surface, along: length / tile, across: tilesAcross(half) };
  return createMesh(vertices, [
    { corners: ordered([4, 1, 0]), paint: 2, tiles: grass },
    { corners: ordered([3, 2, 5]), paint: 2, tiles: grass },
    { corners: ordered([5, 3, 0, 4]), paint: 1 },
    { corners: side === 1 ? [0, 1, 2, 3] : [1, 0, 3, 2], paint: 0, tiles: road },
  ]);
}

/** Two walls of pillars beside the road. */
function createPillars(half: number): Mesh {
  const faces: Face[] = [];
  const vertices: Vector[] = [];
  for (const x of [-7, 7]) {
    const at = vertices.length;
    for (const z of [0, deckBottom]) {
      vertices.push(
        { x: x - 0.4, y: -half + 1, z },
        { x: x + 0.4, y: -half + 1, z },
        { x: x + 0.4, y: half - 1, z },
        { x: x - 0.4, y: half - 1, z },
      );
    }
    for (let i = 0; i < 4; i++) {
      const j = (i + 1) % 4;
      faces.push({ corners: [at + i, at + j, at + 4 + j, at + 4 + i], paint: 1 });
    }
  }
  return createMesh(vertices, faces);
}

/** Two lanes across v, a dashed line in the middle. */
function asphaltTile(random: Random): Texture {
  return createTexture(6, (x, y) => {
    const line = (Math.abs(y - 32) < 1 && x < 34) || y === 5 || y === 58;
    const tone = (line ? 190 : 98) * random.uniform(0.92, 1.06);
    return [tone, tone, tone * 1.02];
  });
}

function grassTile(random: Random): Texture {
  const patches = createNoiseTile(random, { bits: 6, cell: 16, octaves: 5, gain: 0.75 });
  return createTexture(6, (x, y) => {
    const tone = 0.9 + 0.3 * tileAt(patches, x, y);
    return [92 * tone, 108 * tone, 54 * tone];
  });
}
