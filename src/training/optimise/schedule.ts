/** Linear warm-up, then half a cosine down to `floor` of the peak (Loshchilov & Hutter 2017). `step` counts from 0. */
export function cosineSchedule(
  step: number,
  {
    peak,
    steps,
    warmup,
    floor = 0.01,
  }: { readonly peak: number; readonly steps: number; readonly warmup: number; readonly floor?: number },
): number {
  if (step < warmup) return (peak * (step + 1)) / warmup;
  const progress = Math.min(1, (step - warmup) / Math.max(1, steps - warmup));
  return peak * (floor + (1 - floor) * 0.5 * (1 + Math.cos(Math.PI * progress)));
}
