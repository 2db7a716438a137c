/** Value below which a share `quantile` of the numbers lies (nearest rank). NaN for none. */
export function quantile(numbers: readonly number[], share: number): number {
  const sorted = [...numbers].sort((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))] ?? NaN;
}

export function median(numbers: readonly number[]): number {
  return quantile(numbers, 0.5);
}

/** `name  median  p99`, in milliseconds, in columns. */
export function timeLine(name: string, times: readonly number[]): string {
  const columns = [median(times), quantile(times, 0.99)].map((ms) => ms.toFixed(3).padStart(9));
  return `${name.padEnd(34)}${columns.join('')}`;
}

/** Resident set of this process in MB. */
export function residentMegabytes(): number {
  return process.memoryUsage.rss() / 1e6;
}
