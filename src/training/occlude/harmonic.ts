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

/** Insides up to this are solved directly, larger ones from their half. */
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

/** Solves the problem at half the size; answers the value to begin with at (x, y) of the fine grid. */
function fillCoarse(grid: Float32Array, width: number, height: number): (x: number, y: number) => number {
  const halfWidth = Math.ceil((width - 2) / 2) + 2;
  const halfHeight = Math.ceil((height - 2) / 2) + 2;
  const half = new Float32Array(halfWidth * halfHeight);
  // inside cell i of the half grid covers the fine cells 2i - 1 and 2i; the rim is averaged alike
  const fine = (index: number, count: number, fineCount: number): [number, number] => {
    if (index === 0) return [0, 0];
    if (index === count - 1) return [fineCount - 1, fineCount - 1];
    return [2 * index - 1, Math.min(2 * index, fineCount - 2)];
  };
  for (let y = 0; y < halfHeight; y += 1) {
    for (let x = 0; x < halfWidth; x += 1) {
      if (x > 0 && y > 0 && x < halfWidth - 1 && y < halfHeight - 1) continue;
      const [left, right] = fine(x, halfWidth, width);
      const [top, bottom] = fine(y, halfHeight, height);
      half[y * halfWidth + x] = (grid[top * width + left]! + grid[bottom * width + right]!) / 2;
    }
  }
  fillHarmonic(half, halfWidth, halfHeight);
  return (x, y) => half[((y + 1) >> 1) * halfWidth + ((x + 1) >> 1)]!;
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
