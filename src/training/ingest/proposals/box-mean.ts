/** Mean over (2 radius + 1)^2 pixels by running sums along rows, then columns; beyond the border counts as 0. */
export function boxMean(values: Float32Array, width: number, height: number, radius: number): Float32Array {
  const rows = new Float32Array(values.length);
  for (let y = 0; y < height; y++) {
    const start = y * width;
    let sum = 0;
    for (let x = 0; x < Math.min(radius, width); x++) sum += values[start + x]!;
    for (let x = 0; x < width; x++) {
      if (x + radius < width) sum += values[start + x + radius]!;
      rows[start + x] = sum;
      if (x >= radius) sum -= values[start + x - radius]!;
    }
  }
  // one row of column sums at a time keeps the walk along memory
  const out = new Float32Array(values.length);
  const sums = new Float32Array(width);
  const scale = 1 / (2 * radius + 1) ** 2;
  for (let y = 0; y < Math.min(radius, height); y++) {
    for (let x = 0; x < width; x++) sums[x]! += rows[y * width + x]!;
  }
  for (let y = 0; y < height; y++) {
    const enter = (y + radius) * width;
    const leave = (y - radius) * width;
    for (let x = 0; x < width; x++) {
      let sum = sums[x]!;
      if (y + radius < height) sum += rows[enter + x]!;
      out[y * width + x] = sum * scale;
      if (y >= radius) sum -= rows[leave + x]!;
      sums[x] = sum;
    }
  }
  return out;
}
