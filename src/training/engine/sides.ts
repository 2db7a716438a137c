/** Number of elements of a tensor. */
export function size(sides: readonly number[]): number {
  return sides.reduce((product, side) => product * side, 1);
}
