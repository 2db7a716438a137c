import type { Parameters } from '../network/parameters.js';

/** Moves every averaged array towards the current one: average <- decay * average + (1 - decay) * current. */
export function averageInto(average: Parameters, current: Parameters, decay: number): void {
  for (const [name, { data }] of current) {
    const target = average.get(name)?.data;
    if (!target) throw new RangeError(`no parameter named ${name}`);
    for (let i = 0; i < target.length; i += 1) target[i] = decay * target[i]! + (1 - decay) * data[i]!;
  }
}
