/**
 * A position is where an image is read along one axis: a fixed-point number that counts pixels from the centre of the
 * first. Its integer part is the first of two neighbours, its fraction the weight of the second. Positions lie
 * in [0, extent - 1), so that both neighbours exist (in an image one pixel wide both are that pixel).
 */
export const positionBits = 11;
/** Cuts the weight out of a position. */
export const positionMask = 0x7ff;

const one = 1 << positionBits;

/** How one axis of a crop maps to one axis of the image: crop pixel i is centred at `start + (i + 0.5) * scale`, continuous coordinates. */
export interface AxisMapping {
  readonly start: number;
  readonly scale: number;
}

/** Crop pixels `from` to `to` (exclusive) of one axis. */
export interface Span {
  readonly from: number;
  readonly to: number;
}

/** The crop pixels whose centre lies inside an image of `extent` pixels. */
export function spanInside(mapping: AxisMapping, size: number, extent: number): Span {
  let from = 0;
  while (from < size && centre(mapping, from) < 0) from++;
  let to = size;
  while (to > from && centre(mapping, to - 1) >= extent) to--;
  return { from, to };
}

/**
 * Writes the positions of crop pixels 0 to `size` (inclusive: columns are worked on in pairs) behind `offset`. With `reach` 0 each is the
 * pixel's own centre, else the whole pixel that starts a group spanning `reach` (first to last), as central as whole pixels allow.
 * Pixels outside the image get the nearest position inside.
 */
export function planAxis(
  mapping: AxisMapping,
  size: number,
  extent: number,
  reach: number,
  out: Int32Array,
  offset = 0,
): void {
  const last = lastPosition(extent);
  const lastGroup = extent - 1 - reach;
  for (let i = 0; i <= size; i++) {
    const pixel = centre(mapping, i) - 0.5 - reach / 2;
    out[offset + i] =
      reach === 0
        ? Math.max(0, Math.min(Math.round(pixel * one), last))
        : Math.max(0, Math.min(Math.round(pixel), lastGroup)) * one;
  }
}

/** The greatest position in an image of `extent` pixels. */
export function lastPosition(extent: number): number {
  return Math.max(0, (extent - 1) * one - 1);
}

function centre({ start, scale }: AxisMapping, index: number): number {
  return start + (index + 0.5) * scale;
}
