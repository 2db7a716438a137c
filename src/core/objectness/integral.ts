/** Summed-area table with a leading row and column of zeros: (width + 1) x (height + 1). */
export function integral(values: Float32Array, width: number, height: number): Float32Array {
  const wide = width + 1;
  const table = new Float32Array(wide * (height + 1));
  for (let y = 0; y < height; y++) {
    let sum = 0;
    for (let x = 0; x < width; x++) {
      sum += values[y * width + x]!;
      table[(y + 1) * wide + x + 1] = table[y * wide + x + 1]! + sum;
    }
  }
  return table;
}

/** Sum over columns left .. right - 1, rows top .. bottom - 1; `wide` is the table's row length. */
export function tableSum(
  table: Float32Array,
  wide: number,
  left: number,
  top: number,
  right: number,
  bottom: number,
): number {
  return (
    table[bottom * wide + right]! -
    table[bottom * wide + left]! -
    table[top * wide + right]! +
    table[top * wide + left]!
  );
}
