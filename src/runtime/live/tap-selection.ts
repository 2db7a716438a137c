import type { Box, Point } from '../../core/geometry/box.js';

const [togetherNs, nearPixels] = [2_000_000_000n, 24];

/** Tells a second tap, that asks for a wider box, from a first one. */
export class TapCounter {
  #last: { readonly point: Point; readonly atNs: bigint; readonly wider: number } | null = null;

  /**
   * @param box of the target that is followed, if any: a tap on it is near the last one, wherever it went meanwhile
   * @returns how many taps have asked for more
   */
  count(point: Point, atNs: bigint, box: Box | null): number {
    const last = this.#last;
    const near = last !== null && (isNear(point, last.point) || (box !== null && isOn(point, box)));
    const wider = last && near && atNs - last.atNs <= togetherNs ? last.wider + 1 : 0;
    this.#last = { point, atNs, wider };
    return wider;
  }
}

function isNear(a: Point, b: Point): boolean {
  return Math.hypot(a.x - b.x, a.y - b.y) <= nearPixels;
}

function isOn({ x, y }: Point, { cx, cy, width, height }: Box): boolean {
  return Math.abs(x - cx) <= 0.75 * width && Math.abs(y - cy) <= 0.75 * height;
}
