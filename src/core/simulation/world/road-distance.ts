import type { Route } from '../motion/route.js';
import { worldSize } from './extent.js';

/** Distance to the road's centre line in metres, on a coarse grid; `reach` and more read as `reach`. */
export interface RoadDistance {
  at(x: number, y: number): number;
}

const cells = 256;
const reach = 48;

export function createRoadDistance(route: Route): RoadDistance {
  const cell = worldSize / cells;
  const grid = new Float32Array(cells * cells).fill(reach);
  const window = Math.ceil(reach / cell);
  for (let s = 0; s < route.length; s += 2) {
    const { x, y } = route.at(s);
    const column = Math.floor(x / cell);
    const row = Math.floor(y / cell);
    for (let j = row - window; j <= row + window; j++) {
      for (let i = column - window; i <= column + window; i++) {
        const dx = (i + 0.5) * cell - x;
        const dy = (j + 0.5) * cell - y;
        const at = (j & (cells - 1)) * cells + (i & (cells - 1));
        const distance = Math.sqrt(dx * dx + dy * dy);
        if (distance < grid[at]!) grid[at] = distance;
      }
    }
  }
  return {
    at: (x, y) => grid[(Math.floor(y / cell) & (cells - 1)) * cells + (Math.floor(x / cell) & (cells - 1))]!,
  };
}
