import type { Frame } from '../../core/image/frame.js';
import { type Area, type Channel, channelsOf, inChannel, indexOf } from './channel.js';
import { fillHarmonic } from './harmonic.js';
import { structure } from './patch.js';

/** How far the pixels that fill a hole lie from it; null: there is no room for such, it is filled smoothly. */
export type Displacement = { readonly x: number; readonly y: number } | null;

/**
 * Takes what is in an area out of the picture: its place shows the ground `displacement` away, levelled so that it meets the
 * rim without a seam (seamless cloning: Pérez, Gangnet, Blake 2003, sec. 2); without one, a smooth membrane.
 */
export function cutOut(frame: Frame, area: Area, displacement: Displacement): void {
  if (area.width <= 0 || area.height <= 0) return;
  for (const channel of channelsOf(frame)) {
    const { x, y, width, height } = inChannel(area, channel);
    const ground = (column: number, row: number): number =>
      displacement === null
        ? 0
        : sample(channel, column + displacement.x / channel.wide, row + displacement.y / channel.tall);
    // 1. on the rim: by how much the picture differs from the ground that will stand there
    const [gridWidth, gridHeight] = [width + 2, height + 2];
    const grid = new Float32Array(gridWidth * gridHeight).fill(Number.NaN);
    for (let row = -1; row <= height; row += 1) {
      const edge = row === -1 || row === height;
      for (let column = -1; column <= width; column += edge ? 1 : width + 1) {
        if (!inside(channel, x + column, y + row)) continue;
        grid[(row + 1) * gridWidth + column + 1] =
          sample(channel, x + column, y + row) - ground(x + column, y + row);
      }
    }
    // 2. inside: the difference, spread smoothly, on top of the ground
    fillHarmonic(grid, gridWidth, gridHeight);
    const levels = new Uint8ClampedArray(width * height);
    for (let row = 0; row < height; row += 1) {
      for (let column = 0; column < width; column += 1) {
        levels[row * width + column] =
          ground(x + column, y + row) + grid[(row + 1) * gridWidth + column + 1]!;
      }
    }
    // 3. written last: the ground is read from the untouched picture
    for (let row = 0; row < height; row += 1) {
      const to = indexOf(channel, x, y + row);
      for (let column = 0; column < width; column += 1) {
        channel.data[to + column * channel.step] = levels[row * width + column]!;
      }
    }
  }
}

/**
 * Finds ground to fill an area with: of the places around it, the one whose rim looks most like the area's own rim and
 * which shows the least itself (no second object).
 */
export function findGround(frame: Frame, area: Area): Displacement {
  const [luma] = channelsOf(frame);
  if (luma === undefined || area.width <= 0 || area.height <= 0) return null;
  let best: Displacement = null;
  let bestCost = Number.POSITIVE_INFINITY;
  for (const place of placesAround(area)) {
    if (!holds(frame, area, place)) continue;
    const there = { ...area, x: area.x + place.x, y: area.y + place.y };
    const cost = rimDifference(luma, area, place) + structure(frame, there);
    if (cost >= bestCost) continue;
    best = place;
    bestCost = cost;
  }
  return best;
}

/** True when the ground at this displacement, its rim included, lies in the frame and beside the area. */
export function holds(frame: Frame, area: Area, { x, y }: NonNullable<Displacement>): boolean {
  const apart = Math.abs(x) > area.width || Math.abs(y) > area.height;
  return (
    apart &&
    area.x + x >= 2 &&
    area.y + y >= 2 &&
    area.x + x + area.width <= frame.width - 2 &&
    area.y + y + area.height <= frame.height - 2
  );
}

/** Eight directions, twice: beside the area, and half of it further off. */
function placesAround({ width, height }: Area): NonNullable<Displacement>[] {
  const directions = [-1, 0, 1].flatMap((across) => [-1, 0, 1].map((down) => [across, down] as const));
  return [1.1, 1.6].flatMap((reach) =>
    directions
      .filter(([across, down]) => across !== 0 || down !== 0)
      .map(([across, down]) => ({
        x: across * even(reach * width + 4),
        y: down * even(reach * height + 4),
      })),
  );
}

/** Root mean square difference of the rims, their means set equal: the level is made to fit anyway. */
function rimDifference(luma: Channel, area: Area, place: NonNullable<Displacement>): number {
  const differences: number[] = [];
  for (let row = -1; row <= area.height; row += 1) {
    const edge = row === -1 || row === area.height;
    for (let column = -1; column <= area.width; column += edge ? 1 : area.width + 1) {
      const [x, y] = [area.x + column, area.y + row];
      if (!inside(luma, x, y)) continue;
      differences.push(sample(luma, x, y) - sample(luma, x + place.x, y + place.y));
    }
  }
  const mean = differences.reduce((sum, value) => sum + value, 0) / differences.length;
  return Math.sqrt(
    differences.reduce((sum, value) => sum + (value - mean) ** 2, 0) / Math.max(differences.length, 1),
  );
}

function inside({ width, height }: Channel, x: number, y: number): boolean {
  return x >= 0 && y >= 0 && x < width && y < height;
}

function sample(channel: Channel, x: number, y: number): number {
  return channel.data[indexOf(channel, x, y)]!;
}

function even(value: number): number {
  return 2 * Math.ceil(value / 2);
}
