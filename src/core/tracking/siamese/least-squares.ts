/*
 * Small dense least squares. Inner loops do four or six sums side by side: a floating-point sum waits for its own last addition,
 * several of them hardly longer. The order within every sum stays, and with it every bit of the result.
 */

/**
 * Upper half of X X^T.
 * @param rows `width` rows, row r from r * stride on, of `count` values each
 * @param out width x width, row-major; what lies below the diagonal is not written
 */
export function gram(
  rows: Float32Array,
  { width, stride, count }: { readonly width: number; readonly stride: number; readonly count: number },
  out: Float64Array,
): void {
  for (let a = 0; a < width; a += 2) {
    // past the last row the last one again: its sum is not kept
    const rowA = a * stride;
    const rowB = Math.min(a + 1, width - 1) * stride;
    for (let b = a; b < width; b += 3) {
      const row0 = b * stride;
      const row1 = Math.min(b + 1, width - 1) * stride;
      const row2 = Math.min(b + 2, width - 1) * stride;
      let [a0, a1, a2] = [0, 0, 0];
      let [b0, b1, b2] = [0, 0, 0];
      for (let i = 0; i < count; i += 1) {
        const valueA = rows[rowA + i]!;
        const valueB = rows[rowB + i]!;
        const value0 = rows[row0 + i]!;
        const value1 = rows[row1 + i]!;
        const value2 = rows[row2 + i]!;
        a0 += valueA * value0;
        a1 += valueA * value1;
        a2 += valueA * value2;
        b0 += valueB * value0;
        b1 += valueB * value1;
        b2 += valueB * value2;
      }
      const at = a * width + b;
      const under = at + width;
      out[at] = a0;
      if (b + 1 < width) out[at + 1] = a1;
      if (b + 2 < width) out[at + 2] = a2;
      if (a + 1 === width) continue;
      if (b > a) out[under] = b0;
      if (b + 1 < width) out[under + 1] = b1;
      if (b + 2 < width) out[under + 2] = b2;
    }
  }
}

/**
 * Solves A x = b by Cholesky's factorisation.
 * @param matrix symmetric and positive definite, n x n, row-major: its lower half is read, and overwritten with the factor
 * @param x holds b, and then the solution
 */
export function solvePositive(matrix: Float64Array, x: Float64Array): void {
  const n = x.length;
  factorise(matrix, n);
  for (let i = 0; i < n; i += 1) {
    let sum = x[i]!;
    for (let k = 0; k < i; k += 1) sum -= matrix[i * n + k]! * x[k]!;
    x[i] = sum / matrix[i * n + i]!;
  }
  for (let i = n - 1; i >= 0; i -= 1) {
    let sum = x[i]!;
    for (let k = i + 1; k < n; k += 1) sum -= matrix[k * n + i]! * x[k]!;
    x[i] = sum / matrix[i * n + i]!;
  }
}

/** A = L L^T, column by column, L in the place of A's lower half. */
function factorise(matrix: Float64Array, n: number): void {
  for (let j = 0; j < n; j += 1) {
    const pivot = j * n;
    let rest = matrix[pivot + j]!;
    for (let k = 0; k < j; k += 1) rest -= matrix[pivot + k]! * matrix[pivot + k]!;
    const diagonal = Math.sqrt(rest);
    matrix[pivot + j] = diagonal;
    for (let i = j + 1; i < n; i += 4) {
      const row0 = i * n;
      const row1 = Math.min(i + 1, n - 1) * n;
      const row2 = Math.min(i + 2, n - 1) * n;
      const row3 = Math.min(i + 3, n - 1) * n;
      let [sum0, sum1, sum2, sum3] = [
        matrix[row0 + j]!,
        matrix[row1 + j]!,
        matrix[row2 + j]!,
        matrix[row3 + j]!,
      ];
      for (let k = 0; k < j; k += 1) {
        const value = matrix[pivot + k]!;
        sum0 -= matrix[row0 + k]! * value;
        sum1 -= matrix[row1 + k]! * value;
        sum2 -= matrix[row2 + k]! * value;
        sum3 -= matrix[row3 + k]! * value;
      }
      // the last row again, past the end, gets the same value once more
      matrix[row0 + j] = sum0 / diagonal;
      matrix[row1 + j] = sum1 / diagonal;
      matrix[row2 + j] = sum2 / diagonal;
      matrix[row3 + j] = sum3 / diagonal;
    }
  }
}
