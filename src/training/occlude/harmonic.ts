/**
 * Fills the inside of a rectangle smoothly from its rim: the harmonic function with these boundary values (the
 * membrane of Pérez, Gangnet, Blake: Poisson Image Editing, SIGGRAPH 2003, eq. 2), by relaxation from coarse to fine.
 *
 * @param grid `width * height` values, row by row; the outermost rows and columns are the rim and stay, the rest is
 * overwritten. A rim of NaN is open: the fill ends there at its own level (outside the picture).
 */
export function fillHarmonic(grid: Float32Array, width: number, height: number): void {
  const insideWidth = width - 2;
  const insideHeight = height - 2;
  if (insideWidth <= 0 || insideHeight <= 0) return;
  const start = insideWidth <= coarsest && insideHeight <= coarsest ? null : fillCoarse(grid, width, height);
  const mean = meanOfRim(grid, width, height);
  for (let y = 1; y <= insideHeight; y += 1) {
    for (let x = 1; x <= insideWidth; x += 1) grid[y * width + x] = start ? start(x, y) : mean;
  }
  for (let sweep = 0; sweep < (start ? fineSweeps : coarseSweeps); sweep += 1) relax(grid, width, height);
}

/** Insides up to this are solved directly, larger ones begin with their half's solution. */
const coarsest = 6;
const coarseSweeps = 40;
const fineSweeps = 10;

/** One Gauss-Seidel sweep of the five-point Laplacian; open sides do not pull. */
function relax(grid: Float32Array, width: number, height: number): void {
  for (let y = 1; y < height - 1; y += 1) {
    for (let x = 1; x < width - 1; x += 1) {
      const at = y * width + x;
      let sum = 0;
      let count = 0;
      for (const neighbour of [at - 1, at + 1, at - width, at + width]) {
        const value = grid[neighbour]!;
        if (Number.isNaN(value)) continue;
        sum += value;
        count += 1;
      }
      grid[at] = sum / count;
    }
  }
}

/** Solves the problem on a grid of half as many lines, rim on rim; answers the value to begin with at (x, y) of the fine grid. */
function fillCoarse(grid: Float32Array, width: number, height: number): (x: number, y: number) => number {
  const halfWidth = Math.ceil(width / 2) + 1;
  const halfHeight = Math.ceil(height / 2) + 1;
  const half = new Float32Array(halfWidth * halfHeight);
  const [perX, perY] = [(width - 1) / (halfWidth - 1), (height - 1) / (halfHeight - 1)];
  for (let y = 0; y < halfHeight; y += 1) {
    for (let x = 0; x < halfWidth; x += 1) {
      if (x > 0 && y > 0 && x < halfWidth - 1 && y < halfHeight - 1) continue;
      half[y * halfWidth + x] = bilinear(grid, width, height, x * perX, y * perY);
    }
  }
  fillHarmonic(half, halfWidth, halfHeight);
  return (x, y) => bilinear(half, halfWidth, halfHeight, x / perX, y / perY);
}

/** Between the four values around a place; what weighs nothing, such as the inside seen from the rim, is not asked. An open rim takes no part. */
function bilinear(grid: Float32Array, width: number, height: number, x: number, y: number): number {
  const left = Math.min(Math.floor(x + 1e-6), width - 1);
  const top = Math.min(Math.floor(y + 1e-6), height - 1);
  const u = Math.max(0, x - left);
  const v = Math.max(0, y - top);
  let sum = 0;
  let total = 0;
  const take = (column: number, row: number, weight: number): void => {
    const value = grid[row * width + column];
    if (weight < 1e-6 || value === undefined || Number.isNaN(value)) return;
    sum += weight * value;
    total += weight;
  };
  take(left, top, (1 - u) * (1 - v));
  take(left + 1, top, u * (1 - v));
  take(left, top + 1, (1 - u) * v);
  take(left + 1, top + 1, u * v);
  return sum / total; // NaN where all are open
}

function meanOfRim(grid: Float32Array, width: number, height: number): number {
  let sum = 0;
  let count = 0;
  for (let y = 0; y < height; y += 1) {
    for (let x = 0; x < width; x += y === 0 || y === height - 1 ? 1 : width - 1) {
      const value = grid[y * width + x]!;
      if (Number.isNaN(value)) continue;
      sum += value;
      count += 1;
    }
  }
  return count === 0 ? 0 : sum / count;
}
