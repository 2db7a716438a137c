import type { Size } from '../../../core/geometry/box.js';
import type { Window } from '../../../core/objectness/contour-scorer.js';

/** A connected region of a thresholded map. */
export interface Component extends Window {
  readonly pixels: number;
  /** Sum of the map over its pixels. */
  readonly mass: number;
}

/** 8-connected regions where the map exceeds `low` and reaches `high` somewhere (hysteresis, Canny 1986), in reading order. */
export function connectedComponents(
  map: Float32Array,
  { width, height }: Size,
  { low, high }: { readonly low: number; readonly high: number },
): Component[] {
  const seen = new Uint8Array(width * height);
  const stack: number[] = [];
  const components: Component[] = [];
  for (let seed = 0; seed < map.length; seed++) {
    if (map[seed]! < high || seen[seed] === 1) continue;
    let [left, top, right, bottom, pixels, mass] = [width, height, 0, 0, 0, 0];
    stack.push(seed);
    seen[seed] = 1;
    for (let pixel = stack.pop(); pixel !== undefined; pixel = stack.pop()) {
      const x = pixel % width;
      const y = (pixel - x) / width;
      if (x < left) left = x;
      if (x >= right) right = x + 1;
      if (y < top) top = y;
      if (y >= bottom) bottom = y + 1;
      pixels++;
      mass += map[pixel]!;
      const firstColumn = x > 0 ? x - 1 : 0;
      const lastColumn = x < width - 1 ? x + 1 : x;
      const lastRow = y < height - 1 ? y + 1 : y;
      for (let v = y > 0 ? y - 1 : 0; v <= lastRow; v++) {
        for (let next = v * width + firstColumn; next <= v * width + lastColumn; next++) {
          if (map[next]! < low || seen[next] === 1) continue;
          seen[next] = 1;
          stack.push(next);
        }
      }
    }
    components.push({ left, top, right, bottom, pixels, mass });
  }
  return components;
}

/** Joins components whose boxes are at most `gap` pixels apart, until none are; pieces of one object. */
export function joinComponents(components: readonly Component[], gap: number): Component[] {
  const open = [...components];
  const joined: Component[] = [];
  for (let next = open.shift(); next !== undefined; next = open.shift()) {
    let grown = next;
    for (let i = 0; i < open.length; i++) {
      if (!isNear(grown, open[i]!, gap)) continue;
      grown = unite(grown, open[i]!);
      open.splice(i, 1);
      i = -1; // the box is larger now: others may have come near
    }
    joined.push(grown);
  }
  return joined;
}

function isNear(a: Window, b: Window, gap: number): boolean {
  return (
    a.left - gap <= b.right && b.left - gap <= a.right && a.top - gap <= b.bottom && b.top - gap <= a.bottom
  );
}

function unite(a: Component, b: Component): Component {
  return {
    left: Math.min(a.left, b.left),
    top: Math.min(a.top, b.top),
    right: Math.max(a.right, b.right),
    bottom: Math.max(a.bottom, b.bottom),
    pixels: a.pixels + b.pixels,
    mass: a.mass + b.mass,
  };
}
