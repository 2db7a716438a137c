import type { Vector } from '../camera.js';
import { drawMesh, type MeshLight } from '../raster/mesh.js';
import { drawSprite } from '../raster/sprite.js';
import type { Texture } from '../raster/texture.js';
import type { BridgeModel } from '../world/bridge-mesh.js';
import type { Bridge } from '../world/bridge.js';
import type { House } from '../world/houses.js';
import { smokeAt } from '../world/smoke.js';
import type { Tree } from '../world/trees.js';
import type { SmokePlume } from '../world/world.js';
import { groundDistance, type Item, type View } from './view.js';

export interface Crossing {
  readonly bridge: Bridge;
  readonly model: BridgeModel;
}

export function houseItems(view: View, houses: readonly House[], light: MeshLight): Item[] {
  return found(view, houses, (house) => house.reach + 9).map((house) => ({
    distance: groundDistance(view, house),
    draw: () => {
      drawMesh(view.surface, view.camera, house.mesh, house, { palette: house.palette, light });
    },
  }));
}

export function treeItems(view: View, trees: readonly Tree[], sprites: readonly Texture[][]): Item[] {
  return found(view, trees, (tree) => tree.height + tree.radius).map((tree) => ({
    distance: groundDistance(view, tree),
    draw: () => {
      // two crowns at two heights: the upper one moves over the lower as the camera passes
      drawCrown(view, tree, sprites[tree.variant]!, { height: 0.46, size: 1 });
      drawCrown(view, tree, sprites[tree.variant]!, { height: 0.66, size: 0.74 });
    },
  }));
}

/** What of the bridges stands on the ground. */
export function bridgeItems(view: View, crossings: readonly Crossing[], light: MeshLight): Item[] {
  return foundCrossings(view, crossings).map(({ bridge, model }) => ({
    distance: groundDistance(view, bridge),
    draw: () => {
      const look = { palette: model.palette, light };
      drawMesh(view.surface, view.camera, model.pillars, bridge, look);
      for (const ramp of model.ramps) drawMesh(view.surface, view.camera, ramp, bridge, look);
    },
  }));
}

export function drawDecks(view: View, crossings: readonly Crossing[], light: MeshLight): void {
  for (const { bridge, model } of foundCrossings(view, crossings)) {
    drawMesh(view.surface, view.camera, model.deck, bridge, { palette: model.palette, light });
  }
}

export function drawSmoke(view: View, plumes: readonly SmokePlume[], time: number, sprite: Texture[]): void {
  for (const plume of found(view, plumes, () => 45)) {
    for (const { x, y, z, radius, opacity, flip } of smokeAt(plume, time)) {
      const at = view.project(x, y, z);
      if (at) drawSprite(view.surface, sprite, { ...at, radius: radius * at.scale, opacity, flip });
    }
  }
}

function drawCrown(
  view: View,
  tree: Tree,
  sprite: Texture[],
  { height, size }: { height: number; size: number },
): void {
  const at = view.project(tree.x, tree.y, tree.height * height);
  if (at) drawSprite(view.surface, sprite, { ...at, radius: tree.radius * size * at.scale, flip: tree.flip });
}

function found<T extends Vector>(view: View, places: readonly T[], reach: (place: T) => number): T[] {
  const out: T[] = [];
  for (const place of places) {
    const near = view.find(place, reach(place));
    if (near) out.push(near);
  }
  return out;
}

function foundCrossings(view: View, crossings: readonly Crossing[]): Crossing[] {
  return crossings.flatMap(({ bridge, model }) => {
    const near = view.find(bridge, 60);
    return near ? [{ bridge: near, model }] : [];
  });
}
