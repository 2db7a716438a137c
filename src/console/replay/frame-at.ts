/** The frame whose time is nearest; null where there is none. @param frames in the order of their times */
export function frameAt<T extends { readonly at: number }>(
  frames: readonly T[],
  atSeconds: number,
): T | null {
  let low = 0;
  let high = frames.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (frames[middle]!.at < atSeconds) low = middle + 1;
    else high = middle;
  }
  const [before, after] = [frames[low - 1], frames[low]];
  if (!before || !after) return before ?? after ?? null;
  return atSeconds - before.at <= after.at - atSeconds ? before : after;
}
