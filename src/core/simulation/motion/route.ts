import type { Random } from '../../random.js';
import type { Point } from '../../geometry/box.js';

/** A closed road, counted in metres along its centre line; `at` wraps. */
export interface Route {
  readonly length: number;
  at(distance: number): RoutePoint;
}

export interface RoutePoint extends Point {
  /** Unit tangent: where the road leads. Its left normal is (-ty, tx). */
  readonly tx: number;
  readonly ty: number;
}

const samples = 2048;

/**
 * A loop around the middle of a world of `size` metres: radius R (1 + sum of a_k cos(k phi + p_k)), k = 2..4.
 * The amplitudes keep every bend wider than about 35 m.
 */
export function createRoute(random: Random, size: number): Route {
  const harmonics = [0.13, 0.075, 0.03].map((amplitude, i) => ({
    k: i + 2,
    amplitude: amplitude * random.uniform(0.6, 1),
    phase: random.uniform(0, 2 * Math.PI),
  }));
  const start = random.uniform(0, 2 * Math.PI);
  const point = (turn: number): Point => {
    const phi = start + 2 * Math.PI * turn;
    const wave = harmonics.reduce((sum, h) => sum + h.amplitude * Math.cos(h.k * phi + h.phase), 1);
    const radius = size * 0.3 * wave;
    return { x: size / 2 + radius * Math.cos(phi), y: size / 2 + radius * Math.sin(phi) };
  };
  return resample(Array.from({ length: 4 * samples + 1 }, (_, i) => point(i / (4 * samples))));
}

/** Points at equal distances along the polyline, so that `at` is one interpolation. */
function resample(line: readonly Point[]): Route {
  const travelled = [0];
  for (let i = 1; i < line.length; i++) {
    travelled.push(travelled[i - 1]! + Math.hypot(line[i]!.x - line[i - 1]!.x, line[i]!.y - line[i - 1]!.y));
  }
  const length = travelled[travelled.length - 1]!;
  const xs = new Float64Array(samples + 1);
  const ys = new Float64Array(samples + 1);
  for (let i = 0, j = 0; i <= samples; i++) {
    const wanted = (i / samples) * length;
    while (j + 2 < line.length && travelled[j + 1]! < wanted) j++;
    const t = (wanted - travelled[j]!) / (travelled[j + 1]! - travelled[j]!);
    xs[i] = line[j]!.x + (line[j + 1]!.x - line[j]!.x) * t;
    ys[i] = line[j]!.y + (line[j + 1]!.y - line[j]!.y) * t;
  }
  const tangent = (i: number): { tx: number; ty: number } => {
    const before = (i - 1 + samples) % samples;
    const after = (i + 1) % samples;
    const dx = xs[after]! - xs[before]!;
    const dy = ys[after]! - ys[before]!;
    const norm = Math.hypot(dx, dy);
    return { tx: dx / norm, ty: dy / norm };
  };
  return {
    length,
    at(distance) {
      const turn = distance / length;
      const position = (turn - Math.floor(turn)) * samples;
      const i = Math.min(samples - 1, Math.floor(position));
      const t = position - i;
      const a = tangent(i);
      const b = tangent((i + 1) % samples);
      return {
        x: xs[i]! + (xs[i + 1]! - xs[i]!) * t,
        y: ys[i]! + (ys[i + 1]! - ys[i]!) * t,
        tx: a.tx + (b.tx - a.tx) * t,
        ty: a.ty + (b.ty - a.ty) * t,
      };
    },
  };
}
