import type { Box, Point } from '../../core/geometry/box.js';

/** 3x3 projective matrix, row-major: crop pixels (continuous, homogeneous) -> image pixels. */
export type Warp = readonly [number, number, number, number, number, number, number, number, number];

export interface WarpParameters {
  /** Image point that comes to lie at the crop's centre. */
  readonly centre: Point;
  /** Image pixels across the crop. */
  readonly side: number;
  /** Radians. */
  readonly rotation: number;
  /** Horizontal over vertical magnification. */
  readonly aspect: number;
  readonly shear: number;
  /** Change of scale from the crop's centre to its rim, along x and y (0 = affine). */
  readonly perspective: Point;
  readonly mirror: boolean;
}

/** The warp that fills a `size` x `size` crop: centre, then perspective, scale, shear, rotation, then the image point. */
export function makeWarp(
  { centre, side, rotation, aspect, shear, perspective, mirror }: WarpParameters,
  size: number,
): Warp {
  const scale = side / size;
  const wide = (scale * (mirror ? -1 : 1)) / Math.sqrt(aspect);
  const high = scale * Math.sqrt(aspect);
  const [cos, sin] = [Math.cos(rotation), Math.sin(rotation)];
  const linear = [
    cos * wide,
    cos * shear * high - sin * high,
    sin * wide,
    sin * shear * high + cos * high,
  ] as const;
  const [px, py] = [(2 * perspective.x) / size, (2 * perspective.y) / size];
  const half = size / 2;
  // image = centre + linear (p - half) / (1 + px (p.x - half) + py (p.y - half))
  const w0 = 1 - (px + py) * half;
  return [
    linear[0] + centre.x * px,
    linear[1] + centre.x * py,
    centre.x * w0 - (linear[0] + linear[1]) * half,
    linear[2] + centre.y * px,
    linear[3] + centre.y * py,
    centre.y * w0 - (linear[2] + linear[3]) * half,
    px,
    py,
    w0,
  ];
}

/** Image point -> crop point. */
export function inverseWarp(warp: Warp, { x, y }: Point): Point {
  const [a, b, c, d, e, f, g, h, i] = warp;
  // adjugate of the matrix times (x, y, 1)
  const u = (e * i - f * h) * x + (c * h - b * i) * y + (b * f - c * e);
  const v = (f * g - d * i) * x + (a * i - c * g) * y + (c * d - a * f);
  const w = (d * h - e * g) * x + (b * g - a * h) * y + (a * e - b * d);
  return { x: u / w, y: v / w };
}

/**
 * The box of a warped object: the bounding box of its inscribed ellipse, which a rotated rectangle's own bounding box
 * would overstate. Image pixels -> crop pixels.
 */
export function warpBox(box: Box, warp: Warp): Box {
  const centre = inverseWarp(warp, { x: box.cx, y: box.cy });
  const right = inverseWarp(warp, { x: box.cx + box.width / 2, y: box.cy });
  const left = inverseWarp(warp, { x: box.cx - box.width / 2, y: box.cy });
  const down = inverseWarp(warp, { x: box.cx, y: box.cy + box.height / 2 });
  const up = inverseWarp(warp, { x: box.cx, y: box.cy - box.height / 2 });
  return {
    cx: centre.x,
    cy: centre.y,
    width: Math.hypot(right.x - left.x, down.x - up.x),
    height: Math.hypot(right.y - left.y, down.y - up.y),
  };
}

/** Warp for the same view at another crop size. */
export function rescaleWarp(warp: Warp, size: number, newSize: number): Warp {
  const factor = size / newSize;
  const [a, b, c, d, e, f, g, h, i] = warp;
  return [a * factor, b * factor, c, d * factor, e * factor, f, g * factor, h * factor, i];
}
