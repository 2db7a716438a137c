export interface SparklineProps {
  /** Oldest first; null: nothing to show. */
  readonly values: readonly (number | null)[];
  /** Points the whole width stands for. */
  readonly length: number;
  /** What the top stands for; the bottom is 0. */
  readonly top: number;
}

const [width, height] = [240, 40];

/** Values over time as one line, the newest at the right; gaps stay gaps. */
export function Sparkline({ values, length, top }: SparklineProps) {
  const step = width / (length - 1);
  const first = length - values.length;
  let pen = false;
  const parts = values.map((value, index) => {
    if (value === null) {
      pen = false;
      return '';
    }
    const x = ((first + index) * step).toFixed(1);
    const y = (height - 1.5 - Math.min(1, value / top) * (height - 3)).toFixed(1);
    const part = `${pen ? 'L' : 'M'}${x} ${y}`;
    pen = true;
    return part;
  });
  return (
    <svg class="sparkline" viewBox={`0 0 ${width} ${height}`} preserveAspectRatio="none" aria-hidden="true">
      <path class="grid" d={`M0 ${height / 2}H${width}M0 ${height - 0.5}H${width}`} />
      <path class="line" d={parts.join('')} />
    </svg>
  );
}
