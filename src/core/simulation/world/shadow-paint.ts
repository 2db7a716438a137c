import type { Vector } from '../camera.js';
import { convexHull } from '../raster/convex-hull.js';
import { placeVertices, type Mesh, type MeshPlacement } from '../raster/mesh.js';
import { fillShade, type Polygon } from '../raster/polygon.js';
import { createSurface, type Surface } from '../raster/surface.js';
import type { Texture } from '../raster/texture.js';
import { deckBottom, deckHalfSpan } from './bridge-mesh.js';
import { worldSize } from './extent.js';
import type { World } from './world.js';

/** What is left of the light in a shadow, of 256. */
export const shadowShade = 140;

/** Paints the shadows of houses, bridges and trees onto the ground. */
export function paintShadows(world: World, ground: Texture): void {
  const side = 1 << ground.bits;
  const surface = createSurface(side, side, { pixels: ground.pixels });
  const texels = side / worldSize;
  for (const house of world.houses) {
    paintHull(surface, shadowOnGround(house.mesh, house, world.sun), texels);
  }
  for (const bridge of world.bridges) {
    const [x, y] = [deckHalfSpan, bridge.length / 2];
    const cos = Math.cos(bridge.heading);
    const sin = Math.sin(bridge.heading);
    const shift = (deckBottom + 1) / world.sun.z;
    const corners = [-1, 1].flatMap((i) =>
      [-1, 1].map((j) => ({
        x: bridge.x + i * x * cos - j * y * sin - world.sun.x * shift,
        y: bridge.y + i * x * sin + j * y * cos - world.sun.y * shift,
      })),
    );
    paintHull(surface, convexHull(toPolygon(corners)), texels);
  }
  for (const tree of world.trees) {
    const shift = (tree.height * 0.55) / world.sun.z;
    const centre = { x: tree.x - world.sun.x * shift, y: tree.y - world.sun.y * shift };
    const crown = Array.from({ length: 14 }, (_, i) => {
      const angle = (i / 14) * 2 * Math.PI;
      const ragged = tree.radius * (0.88 + 0.12 * Math.sin(5 * i + tree.variant));
      return { x: centre.x + ragged * Math.cos(angle), y: centre.y + ragged * Math.sin(angle) };
    });
    paintHull(surface, convexHull(toPolygon(crown)), texels);
  }
}

/** Outline in metres of the shadow a solid throws on the ground. */
export function shadowOnGround(mesh: Mesh, placement: MeshPlacement, sun: Vector): Polygon {
  const world = placeVertices(mesh, placement);
  return convexHull(
    toPolygon(world.map(({ x, y, z }) => ({ x: x - (sun.x * z) / sun.z, y: y - (sun.y * z) / sun.z }))),
  );
}

/** Shades the outline, and its copies where it crosses the edge of the world. */
function paintHull(surface: Surface, { points, count }: Polygon, texels: number): void {
  for (const shiftY of [-worldSize, 0, worldSize]) {
    for (const shiftX of [-worldSize, 0, worldSize]) {
      const moved = points.map((value, i) => (value + (i % 2 === 0 ? shiftX : shiftY)) * texels);
      let [left, right] = [Infinity, -Infinity];
      for (let i = 0; i < 2 * count; i += 2) {
        left = Math.min(left, moved[i]!);
        right = Math.max(right, moved[i]!);
      }
      if (right > 0 && left < surface.width) fillShade(surface, { points: moved, count }, shadowShade);
    }
  }
}

function toPolygon(corners: readonly { x: number; y: number }[]): Polygon {
  return { points: Float64Array.from(corners.flatMap(({ x, y }) => [x, y])), count: corners.length };
}
