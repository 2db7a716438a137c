/**
 * The tables of a crop. They share few arrays and lie behind each other, `capacity` entries each, because the inner
 * loops are faster the fewer arrays they touch.
 */
export interface Tables {
  /** Entries per table: even, and greater than the crop's side, as columns are worked on in pairs. */
  readonly capacity: number;
  /** First the positions along x of the columns, then positions along y: of the crop's rows or, for a warp, of the columns of the row at hand. */
  readonly positions: Int32Array;
  /** Of the row at hand, with 5 fraction bits: luma, then what chroma adds to it for red, for green and for blue. */
  readonly shorts: Int16Array;
  /** The same memory, two columns a number: a sum of two numbers is two sums. */
  readonly pairs: Int32Array;
  /** Two neighbouring rows of the image, interpolated between columns alone, with `positionBits` fraction bits: row r in the half r & 1. */
  readonly lines: Int32Array;
}

/** Fraction bits of Tables.shorts. */
export const shortBits = 5;

/** Tables for a crop of `size` x `size`: `tables` itself when large enough, else new ones. */
export function tablesFor(size: number, tables?: Tables): Tables {
  if (tables !== undefined && tables.capacity > size) return tables;
  const capacity = (size + 2) & ~1;
  const positions = new Int32Array(2 * capacity);
  const shorts = new Int16Array(4 * capacity);
  const lines = new Int32Array(2 * capacity);
  return { capacity, positions, shorts, pairs: new Int32Array(shorts.buffer), lines };
}
