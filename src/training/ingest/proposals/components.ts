import { type Size } from '../../../core/geometry/box.js';
import { type Window } from './contour-scorer.js';

/** A connected region of a thresholded map. */
export interface Component extends Window {
  readonly pixels: number;
  /** Sum of the map over its pixels. */
  readonly mass: number;
}

/**
 * 8-connected regions where the map exceeds `low` and reaches `high` somewhere (hysteresis, Canny 1986), pixels at most
 * `reach` apart counting as connected.
 */
export function connectedComponents(
  map: Float32Array,
  { width, height }: Size,
  { low, high, reach = 1 }: { readonly low: number; readonly high: number; readonly reach?: number },
): Component[] {
  const seen = new Uint8Array(width * height);
  const stack: number[] = [];
  const components: Component[] = [];
  for (let seed = 0; seed < map.length; seed++) {
    if (seen[seed] === 1 || map[seed]! < high) continue;
    let [left, top, right, bottom, pixels, mass] = [width, height, 0, 0, 0, 0];
    stack.push(seed);
    seen[seed] = 1;
    for (let pixel = stack.pop(); pixel !== undefined; pixel = stack.pop()) {
      const x = pixel % width;
      const y = (pixel - x) / width;
      left = Math.min(left, x);
      right = Math.max(right, x + 1);
      top = Math.min(top, y);
      bottom = Math.max(bottom, y + 1);
      pixels++;
      mass += map[pixel]!;
      for (let v = Math.max(0, y - reach); v <= Math.min(height - 1, y + reach); v++) {
        for (let u = Math.max(0, x - reach); u <= Math.min(width - 1, x + reach); u++) {
          const next = v * width + u;
          if (seen[next] === 1 || map[next]! < low) continue;
          seen[next] = 1;
          stack.push(next);
        }
      }
    }
    components.push({ left, top, right, bottom, pixels, mass });
  }
  return components;
}
