import { columnOf, depthOf, rowOf, type Camera, type Vector } from '../camera.js';
import type { Surface } from '../raster/surface.js';
import { wrapNear } from '../world/extent.js';

/** A camera and the part of its image that is drawn, for asking what is worth drawing. */
export interface View {
  readonly surface: Surface;
  readonly camera: Camera;
  /** The copy of `place` nearest the camera when a ball of `reach` metres around it may be seen; else null. */
  find<T extends Vector>(place: T, reach: number): T | null;
  /** Image position of a world point and pixels per metre there; null when it is behind or very near. */
  project(x: number, y: number, z: number): { cx: number; cy: number; scale: number } | null;
}

/** Something to draw, with its squared distance for sorting. */
export interface Item {
  readonly distance: number;
  readonly draw: () => void;
}

/** Nearer and farther things are not drawn, metres. */
const nearest = 2;
const farthest = 300;

export function createView(surface: Surface, camera: Camera): View {
  const { position } = camera.pose;
  return {
    surface,
    camera,
    find(place, reach) {
      const x = wrapNear(place.x, position.x);
      const y = wrapNear(place.y, position.y);
      const depth = depthOf(camera, x, y, place.z);
      if (depth < nearest || depth > farthest) return null;
      const radius = (reach * camera.focal) / depth;
      const column = columnOf(camera, depth, x, y) - surface.originX;
      if (column < -radius || column > surface.width + radius) return null;
      const row = rowOf(camera, depth, x, y, place.z) - surface.originY;
      if (row < -radius || row > surface.height + radius) return null;
      return { ...place, x, y };
    },
    project(x, y, z) {
      const depth = depthOf(camera, x, y, z);
      if (depth < nearest) return null;
      return {
        cx: columnOf(camera, depth, x, y),
        cy: rowOf(camera, depth, x, y, z),
        scale: camera.focal / depth,
      };
    },
  };
}

/** Squared distance over ground from the camera. */
export function groundDistance({ camera }: View, { x, y }: Vector): number {
  const { position } = camera.pose;
  return (x - position.x) * (x - position.x) + (y - position.y) * (y - position.y);
}
