/** What the command line hands to every benchmark's `main`. */
export interface BenchOptions {
  /** Model folder to measure; null: models/nano, or random weights of its size where there is none. */
  readonly model: string | null;
  /** How often `power-cut` cuts. */
  readonly cuts?: number;
  /** How long a benchmark measures that goes by time; with `ros` the length of its soak. */
  readonly seconds?: number;
}
