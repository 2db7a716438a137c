/** Seeded random numbers: the only randomness in the project. */
export interface Random {
  /** Uniform in [0, 1). */
  next(): number;
  /** Uniform in [low, high). */
  uniform(low: number, high: number): number;
  /** Uniform integer in [0, count). */
  below(count: number): number;
  /** Standard normal times `sigma`. */
  normal(sigma?: number): number;
  /** Log-uniform in [1/factor, factor]. */
  logUniform(factor: number): number;
  /** True with the given probability. */
  chance(probability: number): boolean;
  pick<T>(items: readonly T[]): T;
  /** An independent stream for a named purpose or index. */
  fork(key: number): Random;
}

/** mulberry32 (Tommy Ettinger, public domain): 32 bits of state, plenty for augmentation and simulation. */
export function createRandom(seed: number): Random {
  let state = seed >>> 0;
  const next = (): number => {
    state = (state + 0x6d2b79f5) >>> 0;
    let t = state;
    t = Math.imul(t ^ (t >>> 15), t | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
  };
  const random: Random = {
    next,
    uniform: (low, high) => low + (high - low) * next(),
    below: (count) => Math.floor(next() * count),
    // Box-Muller; 1 - next() keeps the logarithm finite
    normal: (sigma = 1) => sigma * Math.sqrt(-2 * Math.log(1 - next())) * Math.cos(2 * Math.PI * next()),
    logUniform: (factor) => Math.exp(Math.log(factor) * (2 * next() - 1)),
    chance: (probability) => next() < probability,
    pick: (items) => {
      const item = items[Math.floor(next() * items.length)];
      if (item === undefined) throw new RangeError('pick from an empty list');
      return item;
    },
    fork: (key) => createRandom(mix(seed, key)),
  };
  return random;
}

/** Mixes two 32-bit numbers into a seed (splitmix-style finaliser). */
export function mix(seed: number, key: number): number {
  let h = (seed ^ Math.imul(key + 0x9e3779b9, 0x85ebca6b)) >>> 0;
  h = Math.imul(h ^ (h >>> 16), 0x21f0aaad);
  h = Math.imul(h ^ (h >>> 15), 0x735a2d97);
  return (h ^ (h >>> 15)) >>> 0;
}
