import type { CornerBox, Size } from '../../../src/core/geometry/box.js';
import { type Frame, frameBytes, packedFrame } from '../../../src/core/image/frame.js';
import { createRandom } from '../../../src/core/random.js';

/** Smooth random pattern, 0..255, defined on the whole plane: value noise on a grid of `cell` pixels. */
export function createTexture(seed: number, cell = 6): (x: number, y: number) => number {
  const random = createRandom(seed);
  const side = 64;
  const grid = Float64Array.from({ length: side * side }, () => random.uniform(20, 235));
  const at = (i: number, j: number): number =>
    grid[(((j % side) + side) % side) * side + (((i % side) + side) % side)]!;
  return (x, y) => {
    const [u, v] = [x / cell, y / cell];
    const [i, j] = [Math.floor(u), Math.floor(v)];
    const [fu, fv] = [u - i, v - j];
    const upper = at(i, j) + (at(i + 1, j) - at(i, j)) * fu;
    const lower = at(i, j + 1) + (at(i + 1, j + 1) - at(i, j + 1)) * fu;
    return upper + (lower - upper) * fv;
  };
}

/** Tightly packed luma from a function of pixel centres. */
export function renderLuma({ width, height }: Size, value: (x: number, y: number) => number): Uint8Array {
  const luma = new Uint8Array(width * height);
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++)
      luma[y * width + x] = Math.max(0, Math.min(255, value(x + 0.5, y + 0.5) + 0.5));
  }
  return luma;
}

/** Grey yuv420p frame from a function of pixel centres. */
export function renderFrame(size: Size, value: (x: number, y: number) => number, sequence = 0): Frame {
  const data = new Uint8Array(frameBytes('yuv420p', size)).fill(128);
  data.set(renderLuma(size, value));
  return packedFrame('yuv420p', size, data, { sequence });
}

export function isInside({ x, y, width, height }: CornerBox, px: number, py: number): boolean {
  return px >= x && px < x + width && py >= y && py < y + height;
}

/** A textured square drifting over textured ground: frame `index` of an endless scene; other seeds are other scenes. */
export function sceneFrame(index: number, seed = 1, size: Size = { width: 96, height: 64 }): Frame {
  const ground = createTexture(seed, 9);
  const skin = createTexture(seed + 1000, 4);
  const patch = { x: 20 + 2 * index, y: 24, width: 20, height: 16 };
  return renderFrame(
    size,
    (x, y) => (isInside(patch, x, y) ? 120 + skin(x - patch.x, y) / 2 : ground(x + index, y) / 3 + 30),
    index,
  );
}
