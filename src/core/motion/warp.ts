import type { Size } from '../geometry/box.js';
import type { Matrix3 } from './matrix.js';

/**
 * Resamples a grey picture bilinearly: `out[y][x] = source(matrix * (x, y))`, so `matrix` takes points of the result to
 * points of the source. `valid` gets 1 where the source has the pixel, 0 elsewhere (where `out` is 0).
 */
export function warpLuma(
  source: Uint8Array,
  { width, height }: Size,
  matrix: Matrix3,
  out: Uint8Array,
  valid: Uint8Array,
): void {
  const [a, b, c, d, e, f, g, h, i] = matrix;
  for (let y = 0, k = 0; y < height; y++) {
    // pixel centres; the sums advance by one column
    let u = a * 0.5 + b * (y + 0.5) + c;
    let v = d * 0.5 + e * (y + 0.5) + f;
    let w = g * 0.5 + h * (y + 0.5) + i;
    for (let x = 0; x < width; x++, k++, u += a, v += d, w += g) {
      const inverse = 1 / w;
      const sx = u * inverse - 0.5;
      const sy = v * inverse - 0.5;
      if (!(sx >= 0 && sy >= 0 && sx <= width - 1 && sy <= height - 1)) {
        out[k] = 0;
        valid[k] = 0;
        continue;
      }
      const left = sx | 0;
      const top = sy | 0;
      const at = top * width + left;
      const right = left + 1 < width ? at + 1 : at;
      const below = top + 1 < height ? width : 0;
      const fx = sx - left;
      const upper = source[at]! + (source[right]! - source[at]!) * fx;
      const lower = source[at + below]! + (source[right + below]! - source[at + below]!) * fx;
      out[k] = upper + (lower - upper) * (sy - top) + 0.5;
      valid[k] = 1;
    }
  }
}
