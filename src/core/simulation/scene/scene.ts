import { createRandom } from '../../random.js';
import type { Camera } from '../camera.js';
import type { Vehicle } from '../motion/traffic.js';
import type { Surface } from '../raster/surface.js';
import { createBridgeModel } from '../world/bridge-mesh.js';
import { createSmokeSprite } from '../world/smoke.js';
import { createTreeSprites } from '../world/tree-sprites.js';
import type { World } from '../world/world.js';
import { bridgeItems, drawDecks, drawSmoke, houseItems, treeItems } from './draw-scenery.js';
import { drawVehicle, drawVehicleShadows, vehicleItems } from './draw-vehicles.js';
import { createSunlight } from './shade.js';
import { createView } from './view.js';

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
}

/** The relief of the world. The target's pixels get the tag 255, all others 0. */
export interface Scene {
  /** Draws over the ground, from far to near. */
  draw(surface: Surface, moment: SceneMoment, options?: DrawOptions): void;
  /** Draws the target's body and nothing else. */
  drawTarget(surface: Surface, moment: SceneMoment): void;
}

export function createScene(seed: number, world: World): Scene {
  const random = createRandom(seed).fork(30);
  const treeSprites = createTreeSprites(random);
  const smokeSprite = createSmokeSprite(random);
  const crossings = world.bridges.map((bridge) => ({ bridge, model: createBridgeModel(random, bridge) }));
  const vehicleLight = { sun: world.sun, sunlight: createSunlight(world) };
  const inTheSun = { sun: world.sun, direct: 1 };
  return {
    draw(surface, { camera, time, vehicles }, { targetBody = true } = {}) {
      const view = createView(surface, camera);
      const bodies = targetBody ? vehicles : vehicles.slice(1);
      // 1. shadows of vehicles, under everything
      drawVehicleShadows(view, vehicles, vehicleLight);
      // 2. what stands on the ground, sorted by distance: the footprints do not meet
      const items = [
        ...vehicleItems(view, bodies, vehicleLight),
        ...houseItems(view, world.houses, inTheSun),
        ...treeItems(view, world.trees, treeSprites),
        ...bridgeItems(view, crossings, inTheSun),
      ];
      items.sort((a, b) => b.distance - a.distance);
      for (const item of items) item.draw();
      // 3. decks and smoke: the camera flies above them, so along a ray they come before all that is lower
      drawDecks(view, crossings, inTheSun);
      drawSmoke(view, world.smoke, time, smokeSprite);
    },
    drawTarget(surface, { camera, vehicles }) {
      drawVehicle(createView(surface, camera), vehicles[0]!, vehicleLight);
    },
  };
}
