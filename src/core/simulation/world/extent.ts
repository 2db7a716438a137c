/** Side of the world in metres; everything repeats after it. */
export const worldSize = 409.6;

/** `value` moved by whole worlds to lie within half a world of `centre`. */
export function wrapNear(value: number, centre: number): number {
  return value - worldSize * Math.round((value - centre) / worldSize);
}
