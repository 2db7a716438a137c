import type { Random } from '../../random.js';
import { rayThrough, type Camera } from '../camera.js';
import { createNoiseTile, smoothstep, tileAt } from '../noise-tile.js';
import { worldSize } from '../world/extent.js';

/** Columns between two gains of a row: between them the sensor interpolates. */
export const gainCell = 32;

/** Brings sunlit fields to the middle of the scale. */
const baseGain = 1.3 * 256;

/** How bright the picture is, and where: exposure, vignette, shadows of clouds that drift over the ground. */
export interface Light {
  /** Gains of one image row at columns 0, gainCell, 2 gainCell, …; 256 is neutral. Fills `gains`. */
  rowGains(camera: Camera, row: number, time: number, gains: Float64Array): void;
}

const tileBits = 8;

export function createLight(random: Random, weather: number): Light {
  const clouds = createNoiseTile(random, { bits: tileBits, cell: 64, octaves: 3, gain: 0.4 });
  const [phaseA, phaseB] = [random.uniform(0, 2 * Math.PI), random.uniform(0, 2 * Math.PI)];
  const [windX, windY] = [random.uniform(3, 7), random.uniform(-5, 5)];
  const texels = (1 << tileBits) / worldSize;
  return {
    rowGains(camera, row, time, gains) {
      const exposure =
        1 + weather * (0.07 * Math.sin(0.41 * time + phaseA) + 0.04 * Math.sin(1.3 * time + phaseB));
      const { position } = camera.pose;
      const ray = rayThrough(camera, 0, row + 0.5);
      const scale = ray.z < -1e-3 * camera.focal ? -position.z / ray.z : 0;
      // far off the shadows are finer than the tile: they fade before they flicker
      const far = (scale * camera.focal) / 250;
      const strength = (0.36 * weather) / (1 + far * far);
      const dy = (row + 0.5 - camera.height / 2) / camera.focal;
      for (let i = 0; i < gains.length; i++) {
        const column = i * gainCell;
        // 1. vignette: cos^4 of the angle to the axis, at half strength
        const dx = (column - camera.width / 2) / camera.focal;
        const vignette = 1 / (1 + dx * dx + dy * dy);
        let gain = baseGain * exposure * vignette;
        // 2. clouds, where the ray meets the ground
        if (weather > 0 && scale > 0) {
          const x = position.x + scale * (ray.x + camera.right.x * column) - windX * time;
          const y = position.y + scale * (ray.y + camera.right.y * column) - windY * time;
          const cloud = tileAt(clouds, Math.floor(x * texels), Math.floor(y * texels));
          gain *= 1 - strength * smoothstep((cloud - 0.12) / 0.4);
        }
        gains[i] = gain;
      }
    },
  };
}
