/** For each line of the picture the sequence of groups met along it (-1 between them), and each pixel's place in it. */
export interface Crossings {
  readonly index: Int32Array;
  readonly start: Int32Array;
  readonly line: Uint16Array;
}

/** Lines of `length` pixels `step` apart, `lines` of them `stride` apart. */
export function crossings(
  label: Int32Array,
  length: number,
  lines: number,
  stride: number,
  step: number,
): Crossings {
  const index: number[] = [];
  const start = new Int32Array(lines + 1);
  const line = new Uint16Array(length * lines);
  for (let at = 0; at < lines; at++) {
    let last = -2;
    for (let k = 0; k < length; k++) {
      const group = label[at * stride + k * step]!;
      if (group !== last) index.push(group);
      last = group;
      line[at * length + k] = index.length - 1 - start[at]!;
    }
    start[at + 1] = index.length;
  }
  return { index: Int32Array.from(index), start, line };
}
