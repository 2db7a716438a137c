import type { Box } from './box.js';

/** A square of the image, in image pixels, that is resampled to a square crop. */
export interface CropRegion {
  readonly cx: number;
  readonly cy: number;
  readonly side: number;
}

/**
 * Side of the context-padded square around a box: sqrt((w + p)(h + p)), p = context (w + h).
 * SiamFC (Bertinetto et al. 2016, eq. 15) writes p = (w + h) / 4 on either side: `context` = 0.5.
 */
export function contextSide(box: Box, context: number): number {
  const pad = context * (box.width + box.height);
  return Math.sqrt((box.width + pad) * (box.height + pad));
}

/** The region the template is cut from. */
export function templateRegion(box: Box, context: number): CropRegion {
  return { cx: box.cx, cy: box.cy, side: contextSide(box, context) };
}

/** Width and height of a box in the `cropSize` x `cropSize` crop of its own template region, in crop pixels: a matter of its shape alone. */
export function extentInCrop(box: Box, context: number, cropSize: number): readonly [number, number] {
  const scale = cropSize / contextSide(box, context);
  return [box.width * scale, box.height * scale];
}

/** The region searched for a target that was last seen as `box`: same scale as its template, `searchSize / templateSize` wider. */
export function searchRegion(
  box: Box,
  context: number,
  sizes: { readonly templateSize: number; readonly searchSize: number },
): CropRegion {
  const side = contextSide(box, context) * (sizes.searchSize / sizes.templateSize);
  return { cx: box.cx, cy: box.cy, side };
}

/** Box in image pixels -> box in the pixels of the `cropSize` x `cropSize` crop of `region`. */
export function toCrop(box: Box, region: CropRegion, cropSize: number): Box {
  const scale = cropSize / region.side;
  return {
    cx: (box.cx - region.cx) * scale + cropSize / 2,
    cy: (box.cy - region.cy) * scale + cropSize / 2,
    width: box.width * scale,
    height: box.height * scale,
  };
}

/** Exact inverse of {@link toCrop}. */
export function toImage(box: Box, region: CropRegion, cropSize: number): Box {
  const scale = region.side / cropSize;
  return {
    cx: (box.cx - cropSize / 2) * scale + region.cx,
    cy: (box.cy - cropSize / 2) * scale + region.cy,
    width: box.width * scale,
    height: box.height * scale,
  };
}
