import type { Vehicle } from '../motion/traffic.js';
import { drawMesh, projectVertices } from '../raster/mesh.js';
import { fillShade } from '../raster/polygon.js';
import type { Vector } from '../camera.js';
import { shadowOnGround, shadowShade } from '../world/shadow-paint.js';
import type { Sunlight } from './shade.js';
import { groundDistance, type Item, type View } from './view.js';

/** Metres around a vehicle's origin that hold it and its shadow. */
const vehicleReach = 6;

export interface VehicleLight {
  /** Unit vector towards the sun. */
  readonly sun: Vector;
  readonly sunlight: Sunlight;
}

/** Draws a vehicle's body; the target's pixels get the tag 255. */
export function drawVehicle(
  { surface, camera }: View,
  vehicle: Vehicle,
  { sun, sunlight }: VehicleLight,
): void {
  const { mesh, palette, taggedPalette } = vehicle.look;
  drawMesh(surface, camera, mesh, vehicle, {
    palette: vehicle.role === 'target' ? taggedPalette : palette,
    light: { sun, direct: sunlight(vehicle.x, vehicle.y) },
  });
}

/** Shades the ground under every vehicle that stands in the sun. */
export function drawVehicleShadows(view: View, vehicles: readonly Vehicle[], light: VehicleLight): void {
  for (const vehicle of vehicles) {
    const direct = light.sunlight(vehicle.x, vehicle.y);
    if (direct === 0 || !view.find(vehicle, vehicleReach)) continue;
    const { points, count } = shadowOnGround(vehicle.look.mesh, vehicle, light.sun);
    const corners = Array.from({ length: count }, (_, i) => ({
      x: points[2 * i]!,
      y: points[2 * i + 1]!,
      z: 0,
    }));
    const image = projectVertices(view.camera, corners);
    const factor = Math.round(256 - (256 - shadowShade) * direct);
    if (image) fillShade(view.surface, { points: image, count }, factor);
  }
}

export function vehicleItems(view: View, vehicles: readonly Vehicle[], light: VehicleLight): Item[] {
  return vehicles
    .filter((vehicle) => view.find(vehicle, vehicleReach))
    .map((vehicle) => ({
      distance: groundDistance(view, vehicle),
      draw: () => {
        drawVehicle(view, vehicle, light);
      },
    }));
}
