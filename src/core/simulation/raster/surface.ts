/** A rectangle of packed pixels that is drawn into, with the scratch space of the polygon filler. */
export interface Surface {
  readonly pixels: Uint32Array;
  readonly width: number;
  readonly height: number;
  /** Image coordinates of the surface's top-left corner: a surface may show a part of the image, or lie outside it. */
  readonly originX: number;
  readonly originY: number;
  /** Left and right ends of the polygon on every sub-scanline, and the coverage (0..256) of the row being filled. */
  readonly left: Float64Array;
  readonly right: Float64Array;
  readonly coverage: Uint16Array;
}

export interface SurfaceOptions {
  readonly originX?: number;
  readonly originY?: number;
  readonly pixels?: Uint32Array;
}

/** Sub-scanlines of a row: edges are anti-aliased exactly along x and in this many steps along y. */
export const subRows = 4;

export function createSurface(
  width: number,
  height: number,
  { originX = 0, originY = 0, pixels = new Uint32Array(width * height) }: SurfaceOptions = {},
): Surface {
  return {
    pixels,
    width,
    height,
    originX,
    originY,
    left: new Float64Array(height * subRows),
    right: new Float64Array(height * subRows),
    coverage: new Uint16Array(width),
  };
}
