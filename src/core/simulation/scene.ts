import { createRandom } from '../random.js';
import { columnOf, depthOf, rowOf, type Camera } from './camera.js';
import { type Vehicle } from './motion/traffic.js';
import { drawMesh, projectVertices, type MeshLight } from './raster/mesh.js';
import { fillShade } from './raster/polygon.js';
import { drawSprite } from './raster/sprite.js';
import { type Surface } from './raster/surface.js';
import { createBridgeModel } from './world/bridge-mesh.js';
import { wrapNear } from './world/extent.js';
import { shadowOnGround, shadowShade } from './world/shadow-paint.js';
import { createSmokeSprite, smokeAt } from './world/smoke.js';
import { createTreeSprites } from './world/tree-sprites.js';
import { type World } from './world/world.js';

/** Everything that stands or drives on the ground, at one moment, for one camera. */
export interface SceneMoment {
  readonly camera: Camera;
  readonly time: number;
  /** The target first. */
  readonly vehicles: readonly Vehicle[];
}

export interface DrawOptions {
  /** False leaves out the target's body (not its shadow). Default true. */
  readonly targetBody?: boolean;
  /** True draws the target and nothing else. Default false. */
  readonly targetOnly?: boolean;
}

/** Draws the relief of the world over the ground, from far to near; the target's pixels get the tag 255. */
export interface Scene {
  draw(surface: Surface, moment: SceneMoment, options?: DrawOptions): void;
}

/** Farther objects are not drawn, metres. */
const farthest = 260;

interface Item {
  readonly key: number;
  readonly draw: () => void;
}

export function createScene(seed: number, world: World): Scene {
  const random = createRandom(seed).fork(30);
  const treeSprites = createTreeSprites(random);
  const smokeSprite = createSmokeSprite(random);
  const bridges = world.bridges.map((bridge) => ({ bridge, model: createBridgeModel(random, bridge) }));
  const sunlight: MeshLight = { sun: world.sun, direct: 1 };
  const shadowCasters = findShadowCasters(world);
  const lightOn = (x: number, y: number): number => {
    let light = 1;
    for (const { cx, cy, cos, sin, halfX, halfY } of shadowCasters) {
      const [dx, dy] = [wrapNear(x - cx, 0), wrapNear(y - cy, 0)];
      const inside = Math.min(halfX - Math.abs(dx * cos + dy * sin), halfY - Math.abs(dy * cos - dx * sin));
      if (inside > -1) light = Math.min(light, Math.max(0, -inside));
    }
    return light;
  };

  const drawVehicle = (surface: Surface, camera: Camera, vehicle: Vehicle): void => {
    const { mesh, palette } = vehicle.look;
    const tagged = vehicle.role === 'target' ? palette.map((colour) => (colour | 0xff000000) >>> 0) : palette;
    const light = { sun: world.sun, direct: lightOn(vehicle.x, vehicle.y) };
    drawMesh(surface, camera, mesh, vehicle, { palette: tagged, light });
  };

  return {
    draw(surface, { camera, time, vehicles }, { targetBody = true, targetOnly = false } = {}) {
      if (targetOnly) {
        drawVehicle(surface, camera, vehicles[0]!);
        return;
      }
      const { position } = camera.pose;
      const items: Item[] = [];
      const near = <T extends { x: number; y: number }>(place: T): T => ({
        ...place,
        x: wrapNear(place.x, position.x),
        y: wrapNear(place.y, position.y),
      });
      const visible = (place: { x: number; y: number; z: number }, reach: number): number => {
        const depth = depthOf(camera, place.x, place.y, place.z);
        if (depth < 2 || depth > farthest) return 0;
        const size = (reach * camera.focal) / depth;
        const column = columnOf(camera, depth, place.x, place.y) - surface.originX;
        const row = rowOf(camera, depth, place.x, place.y, place.z) - surface.originY;
        const inside =
          column > -size && column < surface.width + size && row > -size && row < surface.height + size;
        return inside ? depth : 0;
      };
      const away = ({ x, y }: { x: number; y: number }): number =>
        (x - position.x) * (x - position.x) + (y - position.y) * (y - position.y);
      // 1. shadows of vehicles, under everything
      for (const vehicle of vehicles) {
        const light = lightOn(vehicle.x, vehicle.y);
        if (light === 0 || visible(vehicle, 6) === 0) continue;
        const outline = shadowOnGround(vehicle.look.mesh, vehicle, world.sun);
        const corners = Array.from({ length: outline.count }, (_, i) => ({
          x: outline.points[2 * i]!,
          y: outline.points[2 * i + 1]!,
          z: 0,
        }));
        const image = projectVertices(camera, corners);
        if (!image) continue;
        fillShade(
          surface,
          { points: image, count: outline.count },
          Math.round(256 - (256 - shadowShade) * light),
        );
      }
      // 2. solids and crowns, sorted by distance: their footprints do not meet
      for (const vehicle of vehicles) {
        if ((vehicle.role === 'target' && !targetBody) || visible(vehicle, 6) === 0) continue;
        items.push({
          key: away(vehicle),
          draw: () => {
            drawVehicle(surface, camera, vehicle);
          },
        });
      }
      for (const place of world.houses) {
        const house = near(place);
        if (visible(house, house.reach + 9) === 0) continue;
        items.push({
          key: away(house),
          draw: () => {
            drawMesh(surface, camera, house.mesh, house, { palette: house.palette, light: sunlight });
          },
        });
      }
      for (const place of world.trees) {
        const tree = near(place);
        if (visible(tree, tree.height + tree.radius) === 0) continue;
        const sprite = treeSprites[tree.variant]!;
        items.push({
          key: away(tree),
          draw: () => {
            // two crowns at two heights: the upper one moves over the lower as the camera passes
            drawCrown(0.46, 1);
            drawCrown(0.66, 0.74);
          },
        });
        const drawCrown = (height: number, size: number): void => {
          const z = tree.height * height;
          const depth = depthOf(camera, tree.x, tree.y, z);
          if (depth < 2) return;
          drawSprite(surface, sprite, {
            cx: columnOf(camera, depth, tree.x, tree.y),
            cy: rowOf(camera, depth, tree.x, tree.y, z),
            radius: (tree.radius * size * camera.focal) / depth,
            flip: tree.flip,
          });
        };
      }
      const crossings = bridges
        .map(({ bridge, model }) => ({ place: near(bridge), model }))
        .filter(({ place }) => visible(place, 60) > 0);
      for (const { place, model } of crossings) {
        const look = { palette: model.palette, light: sunlight };
        items.push({
          key: away(place),
          draw: () => {
            drawMesh(surface, camera, model.pillars, place, look);
            for (const ramp of model.ramps) drawMesh(surface, camera, ramp, place, look);
          },
        });
      }
      items.sort((a, b) => b.key - a.key);
      for (const item of items) item.draw();
      // 3. decks and smoke hang above all of it, so no ray meets them after something lower
      for (const { place, model } of crossings) {
        drawMesh(surface, camera, model.deck, place, { palette: model.palette, light: sunlight });
      }
      for (const plume of world.smoke) {
        if (visible(near(plume), 40) === 0) continue;
        for (const puff of smokeAt(near(plume), time)) {
          const depth = depthOf(camera, puff.x, puff.y, puff.z);
          if (depth < 2) continue;
          drawSprite(surface, smokeSprite, {
            cx: columnOf(camera, depth, puff.x, puff.y),
            cy: rowOf(camera, depth, puff.x, puff.y, puff.z),
            radius: (puff.radius * camera.focal) / depth,
            opacity: puff.opacity,
          });
        }
      }
    },
  };
}

interface ShadowCaster {
  readonly cx: number;
  readonly cy: number;
  readonly cos: number;
  readonly sin: number;
  readonly halfX: number;
  readonly halfY: number;
}

/** Shadows that reach the road, as rectangles: a vehicle in one gets no direct light. */
function findShadowCasters({ bridges, trees, sun, roadDistance }: World): ShadowCaster[] {
  const moved = (place: { x: number; y: number }, height: number): { cx: number; cy: number } => ({
    cx: place.x - (sun.x * height) / sun.z,
    cy: place.y - (sun.y * height) / sun.z,
  });
  const decks = bridges.map((bridge) => ({
    ...moved(bridge, 6.8),
    cos: Math.cos(bridge.heading),
    sin: Math.sin(bridge.heading),
    halfX: 20,
    halfY: bridge.length / 2,
  }));
  const crowns = trees
    .map((tree) => ({
      ...moved(tree, tree.height * 0.55),
      cos: 1,
      sin: 0,
      halfX: tree.radius * 0.8,
      halfY: tree.radius * 0.8,
    }))
    .filter(({ cx, cy, halfX }) => roadDistance.at(cx, cy) < 6 + halfX);
  return [...decks, ...crowns];
}
