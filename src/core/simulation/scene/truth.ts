import type { Box, Size } from '../../geometry/box.js';
import type { Camera } from '../camera.js';
import type { Vehicle } from '../motion/traffic.js';
import { placeVertices, projectVertices } from '../raster/mesh.js';
import { createSurface } from '../raster/surface.js';
import type { Scene, SceneMoment } from './scene.js';

/** What a perfect observer would say of a frame. */
export interface Truth {
  /**
   * Box of the target's silhouette in the image, as if nothing stood before it; it may reach outside the image.
   * Null when it lies outside the image altogether.
   */
  readonly box: Box | null;
  /** Share of the silhouette that can be seen in the image, 0..1: neither hidden nor cut off by the border. */
  readonly visibleFraction: number;
  /** Boxes of the look-alikes that reach into the image, hidden or not. */
  readonly distractors: readonly Box[];
  /** In the image, but less than a tenth of it to be seen. */
  readonly occluded: boolean;
}

/** Below this visible share the target counts as occluded. */
export const occludedBelow = 0.1;

export function computeTruth(scene: Scene, moment: SceneMoment, size: Size): Truth {
  const { camera, vehicles } = moment;
  const target = vehicles[0]!;
  const box = silhouetteBox(camera, target);
  const distractors = vehicles
    .filter(({ role }) => role === 'distractor')
    .map((vehicle) => silhouetteBox(camera, vehicle))
    .filter((other): other is Box => other !== null && reachesInto(other, size));
  if (!box || !reachesInto(box, size)) return { box: null, visibleFraction: 0, distractors, occluded: false };
  const visibleFraction = measureVisible(scene, moment, box, size);
  return { box, visibleFraction, distractors, occluded: visibleFraction < occludedBelow };
}

/** Box of a vehicle's projected corners: exact, for its parts are convex. Null when it is behind the camera. */
function silhouetteBox(camera: Camera, vehicle: Vehicle): Box | null {
  const image = projectVertices(camera, placeVertices(vehicle.look.mesh, vehicle));
  if (!image) return null;
  let [left, right, top, bottom] = [Infinity, -Infinity, Infinity, -Infinity];
  for (let i = 0; i < image.length; i += 2) {
    left = Math.min(left, image[i]!);
    right = Math.max(right, image[i]!);
    top = Math.min(top, image[i + 1]!);
    bottom = Math.max(bottom, image[i + 1]!);
  }
  return { cx: (left + right) / 2, cy: (top + bottom) / 2, width: right - left, height: bottom - top };
}

/** Draws the scene into just the box, with and without the rest of the world, and adds up the target's tags. */
function measureVisible(scene: Scene, moment: SceneMoment, box: Box, size: Size): number {
  const originX = Math.floor(box.cx - box.width / 2);
  const originY = Math.floor(box.cy - box.height / 2);
  const width = Math.ceil(box.cx + box.width / 2) - originX;
  const height = Math.ceil(box.cy + box.height / 2) - originY;
  // far too near to be a view of the road: nothing sensible to measure
  if (width > 4 * size.width || height > 4 * size.height) return 0;
  const whole = createSurface(width, height, { originX, originY });
  scene.drawTarget(whole, moment);
  const seen = createSurface(width, height, { originX, originY });
  scene.draw(seen, moment);
  let [all, visible] = [0, 0];
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const inImage =
        x + originX >= 0 && x + originX < size.width && y + originY >= 0 && y + originY < size.height;
      all += whole.pixels[y * width + x]! >>> 24;
      if (inImage) visible += seen.pixels[y * width + x]! >>> 24;
    }
  }
  return all > 0 ? Math.min(1, visible / all) : 0;
}

function reachesInto({ cx, cy, width, height }: Box, size: Size): boolean {
  return (
    cx + width / 2 > 0 && cx - width / 2 < size.width && cy + height / 2 > 0 && cy - height / 2 < size.height
  );
}
