import type { Box } from '../../core/geometry/box.js';

/**
 * Lays `over` onto `base` inside a soft ellipse of the box (crop pixels), both `size` x `size` RGB crops (HWC), in
 * place. `grow` widens the ellipse; its rim fades over a fifth of its radius.
 */
export function pasteEllipse(base: Uint8Array, over: Uint8Array, size: number, box: Box, grow = 1.1): void {
  const a = (box.width / 2) * grow;
  const b = (box.height / 2) * grow;
  const [top, bottom] = span(box.cy, b, size);
  const [left, right] = span(box.cx, a, size);
  for (let y = top; y < bottom; y += 1) {
    const v = (y + 0.5 - box.cy) / b;
    for (let x = left; x < right; x += 1) {
      const u = (x + 0.5 - box.cx) / a;
      const squared = u * u + v * v;
      if (squared >= 1) continue;
      const alpha = squared < 0.64 ? 256 : ((1 - squared) * 711) | 0; // 256 / (1 - 0.64)
      mixPixel(base, over, (y * size + x) * 3, alpha);
    }
  }
}

/** Lays the rectangle `box` of `over` onto `base`: an occluder with hard edges. */
export function pasteRectangle(base: Uint8Array, over: Uint8Array, size: number, box: Box): void {
  const [top, bottom] = span(box.cy, box.height / 2, size);
  const [left, right] = span(box.cx, box.width / 2, size);
  if (right <= left) return;
  for (let y = top; y < bottom; y += 1) {
    base.set(over.subarray((y * size + left) * 3, (y * size + right) * 3), (y * size + left) * 3);
  }
}

function span(centre: number, half: number, size: number): [number, number] {
  return [Math.max(0, Math.floor(centre - half)), Math.min(size, Math.ceil(centre + half))];
}

function mixPixel(base: Uint8Array, over: Uint8Array, at: number, alpha: number): void {
  for (let c = at; c < at + 3; c += 1) base[c] = base[c]! + (((over[c]! - base[c]!) * alpha) >> 8);
}
