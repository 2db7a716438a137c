import test from 'ava';
import { createRandom } from '../../../src/core/random.js';
import { boxMean } from '../../../src/core/objectness/box-mean.js';

for (const [width, height, radius] of [
  [7, 5, 1],
  [6, 9, 2],
  [3, 2, 4],
] as const) {
  test(`means over ${2 * radius + 1} pixels of a ${width}x${height} map are the plain sums`, (t) => {
    const random = createRandom(width);
    const values = Float32Array.from({ length: width * height }, () => random.next());
    const found = boxMean(values, width, height, radius);
    for (let y = 0; y < height; y++) {
      for (let x = 0; x < width; x++) {
        let sum = 0;
        for (let v = Math.max(0, y - radius); v <= Math.min(height - 1, y + radius); v++) {
          for (let u = Math.max(0, x - radius); u <= Math.min(width - 1, x + radius); u++)
            sum += values[v * width + u]!;
        }
        t.true(Math.abs(found[y * width + x]! - sum / (2 * radius + 1) ** 2) < 1e-5);
      }
    }
  });
}
