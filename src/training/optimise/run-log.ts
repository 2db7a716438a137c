import { appendFileSync, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';

/** One point of the training curves. */
export type LogEntry = Readonly<Record<string, number>> & { readonly step: number };

/** Averages the terms of many steps and appends one JSON line per period: the training curves. */
export class RunLog {
  readonly #path: string;
  readonly #every: number;
  #sums: Record<string, number> = {};
  #count = 0;

  /** Drops what an interrupted run wrote beyond `fromStep`: those steps are run again. */
  constructor(path: string, every: number, fromStep: number) {
    this.#path = path;
    this.#every = every;
    mkdirSync(dirname(path), { recursive: true });
    const kept = readRunLog(path).filter(({ step }) => step <= fromStep);
    writeFileSync(path, kept.map((entry) => `${JSON.stringify(entry)}\n`).join(''));
  }

  add(step: number, terms: Readonly<Record<string, number>>): LogEntry | null {
    for (const [name, value] of Object.entries(terms)) this.#sums[name] = (this.#sums[name] ?? 0) + value;
    this.#count += 1;
    if (step % this.#every !== 0) return null;
    const count = this.#count;
    const means = Object.entries(this.#sums).map(([name, sum]) => [
      name,
      Number((sum / count).toPrecision(6)),
    ]);
    const entry = { step, ...(Object.fromEntries(means) as Record<string, number>) };
    appendFileSync(this.#path, `${JSON.stringify(entry)}\n`);
    this.#sums = {};
    this.#count = 0;
    return entry;
  }
}

/** Complete lines of a log; a line cut off by a kill is left out. */
export function readRunLog(path: string): LogEntry[] {
  if (!existsSync(path)) return [];
  return readFileSync(path, 'utf8')
    .split('\n')
    .slice(0, -1)
    .map((line) => JSON.parse(line) as LogEntry);
}
