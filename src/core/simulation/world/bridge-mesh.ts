import { type Random } from '../../random.js';
import { type Vector } from '../camera.js';
import { createMesh, type Face, type Mesh } from '../raster/mesh.js';
import { packPixel } from '../raster/pixel.js';
import { createTexture, type Texture } from '../raster/texture.js';
import { type Bridge } from './bridge.js';

/** Heights above the road and lengths across it, metres. */
export const deckBottom = 5.8;
export const deckHalfSpan = 20;
export const deckTop = 6.8;
const parapetTop = 7.6;
const rampEnd = 46;

export interface BridgeModel {
  readonly deck: Mesh;
  readonly ramps: readonly Mesh[];
  readonly pillars: Mesh;
  readonly palette: readonly number[];
}

/** x runs along the deck (across the route), y along the route. Wide bridges are grown over: crossings for wildlife. */
export function createBridgeModel(random: Random, { length }: Bridge): BridgeModel {
  const planted = length >= 18;
  const surface = planted ? grassTile(random) : asphaltTile(random);
  const half = length / 2;
  return {
    deck: createDeck(half, surface),
    ramps: [createRamp(half, surface, 1), createRamp(half, surface, -1)],
    pillars: createPillars(half),
    palette: [packPixel(168, 164, 156), packPixel(140, 137, 130), packPixel(96, 104, 62)],
  };
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
  const road: Face = { ...strip(3, 0), tiles: { texture, along: x / 4, across: 1 } };
  return createMesh(
    vertices,
    [road, strip(2, 1), strip(4, 1), strip(1, 0), strip(5, 0), strip(0, 1), strip(6, 1)],
    [{ corners: [0, 1, 2, 3, 12, 13, 14, 15], paint: 1 }],
  );
}

function createRamp(half: number, texture: Texture, side: 1 | -1): Mesh {
  const [near, far, foot] = [side * deckHalfSpan, side * rampEnd, half + 7];
  const vertices: Vector[] = [
    { x: near, y: -half, z: deckTop },
    { x: far, y: -half, z: 0.02 },
    { x: far, y: half, z: 0.02 },
    { x: near, y: half, z: deckTop },
    { x: near, y: -foot, z: 0 },
    { x: near, y: foot, z: 0 },
  ];
  const ordered = (corners: number[]): number[] => (side === 1 ? corners : [...corners].reverse());
  return createMesh(vertices, [
    { corners: ordered([4, 1, 0]), paint: 2 },
    { corners: ordered([3, 2, 5]), paint: 2 },
    { corners: ordered([4, 0, 3, 5]).reverse(), paint: 1 },
    side === 1
      ? { corners: [0, 1, 2, 3], paint: 0, tiles: { texture, along: 6, across: 1 } }
      : { corners: [1, 0, 3, 2], paint: 0, tiles: { texture, along: 6, across: 1 } },
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
  return createTexture(6, () => {
    const tone = random.uniform(0.75, 1.1);
    return [96 * tone, 116 * tone, 62 * tone];
  });
}
