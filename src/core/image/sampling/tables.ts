/**
 * The tables of a crop, `size` numbers each, one behind the other in `data`: the inner loops are fastest with few arrays.
 *
 * 0: positions along x of the columns; 1, 2, 3: what the chroma of the row at hand adds to red, green, blue; 4: positions
 * along y, of the crop's rows or, for a warp, of the columns of the row at hand.
 */
export interface Tables {
  readonly size: number;
  readonly data: Int32Array;
}

export const yTable = 4;

/** `tables` itself when it fits, else new ones. */
export function tablesFor(size: number, tables?: Tables): Tables {
  return tables?.size === size ? tables : { size, data: new Int32Array(5 * size) };
}
