import type { Box, Size } from '../../core/geometry/box.js';
import { type CropRegion, searchRegion } from '../../core/geometry/crop-region.js';
import type { NetworkSpec } from '../network/spec.js';

/** What is searched around a target, as far as it follows from the network's sizes. */
export type SearchGeometry = Pick<NetworkSpec, 'context' | 'templateSize' | 'searchSize'>;

/**
 * How willingly a target is taken for training, 0.02..1: the cube of the share of its search region that lies inside
 * the picture. Around a target that fills its picture there is nothing but the flat fill, from which it is told too easily.
 */
export function willingness(box: Box, picture: Size, { context, ...sizes }: SearchGeometry): number {
  return Math.max(0.02, coverage(searchRegion(box, context, sizes), picture) ** 3);
}

/** Share of a region that lies inside the picture. */
export function coverage({ cx, cy, side }: CropRegion, { width, height }: Size): number {
  const inside = (centre: number, length: number): number =>
    Math.max(0, Math.min(centre + side / 2, length) - Math.max(centre - side / 2, 0));
  return (inside(cx, width) * inside(cy, height)) / side ** 2;
}
