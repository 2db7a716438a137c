import { wrapNear } from '../world/extent.js';
import type { World } from '../world/world.js';
import { deckHalfSpan, deckTop } from '../world/bridge-mesh.js';

/** Share of the sun's direct light, 0..1, that reaches a vehicle at (x, y) on the road. */
export type Sunlight = (x: number, y: number) => number;

/** A shadow as a rectangle that is `halfX` x `halfY` metres around its middle. */
interface ShadowCaster {
  readonly cx: number;
  readonly cy: number;
  readonly cos: number;
  readonly sin: number;
  readonly halfX: number;
  readonly halfY: number;
}

/** The shadows of bridges and crowns that fall on the road, a metre soft at the edges. */
export function createSunlight(world: World): Sunlight {
  const casters = findShadowCasters(world);
  return (x, y) => {
    let light = 1;
    for (const { cx, cy, cos, sin, halfX, halfY } of casters) {
      const dx = wrapNear(x - cx, 0);
      const dy = wrapNear(y - cy, 0);
      const inside = Math.min(halfX - Math.abs(dx * cos + dy * sin), halfY - Math.abs(dy * cos - dx * sin));
      light = Math.min(light, Math.max(0, -inside));
    }
    return light;
  };
}

function findShadowCasters({ bridges, trees, sun, roadDistance }: World): ShadowCaster[] {
  const moved = (place: { x: number; y: number }, height: number): { cx: number; cy: number } => ({
    cx: place.x - (sun.x * height) / sun.z,
    cy: place.y - (sun.y * height) / sun.z,
  });
  const decks = bridges.map((bridge) => ({
    ...moved(bridge, deckTop),
    cos: Math.cos(bridge.heading),
    sin: Math.sin(bridge.heading),
    halfX: deckHalfSpan,
    halfY: bridge.length / 2,
  }));
  const crowns = trees
    .map((tree) => {
      const half = tree.radius * 0.8;
      return { ...moved(tree, tree.height * 0.55), cos: 1, sin: 0, halfX: half, halfY: half };
    })
    .filter(({ cx, cy, halfX }) => roadDistance.at(cx, cy) < 6 + halfX);
  return [...decks, ...crowns];
}
