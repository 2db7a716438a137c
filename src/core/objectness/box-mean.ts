/** Mean over (2 radius + 1)^2 pixels by running sums along rows, then columns; beyond the border counts as 0. */
export function boxMean(values: Float32Array, width: number, height: number, radius: number): Float32Array {
  const out = new Float32Array(values.length);
  // row sums of the rows in reach, and their sum down each column
  const reach = 2 * radius + 1;
  const rows = new Float32Array(reach * width);
  const sums = new Float32Array(width);
  const scale = 1 / reach ** 2;
  for (let y = -radius; y < height; y++) {
    const enter = y + radius;
    const slot = (enter % reach) * width; // held the row that leaves
    if (enter < height) sumRow(values, enter * width, width, radius, rows, slot, sums);
    else for (let x = 0; x < width; x++) sums[x]! -= rows[slot + x]!;
    if (y < 0) continue;
    const at = y * width;
    for (let x = 0; x < width; x++) out[at + x] = sums[x]! * scale;
  }
  return out;
}

/** Replaces a row of sums over 2 radius + 1 values by that of another row, and keeps the column sums in step. */
function sumRow(
  values: Float32Array,
  start: number,
  width: number,
  radius: number,
  rows: Float32Array,
  slot: number,
  sums: Float32Array,
): void {
  let sum = 0;
  for (let x = 0; x < Math.min(radius, width); x++) sum += values[start + x]!;
  for (let x = 0; x < width; x++) {
    if (x + radius < width) sum += values[start + x + radius]!;
    sums[x]! += sum - rows[slot + x]!;
    rows[slot + x] = sum;
    if (x >= radius) sum -= values[start + x - radius]!;
  }
}
