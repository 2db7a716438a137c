import type { Random } from '../../src/core/random.js';
import { randomSetting, type Range, type Setting, shareOf, valueAt } from './ranges.js';

export interface SearchOptions {
  readonly ranges: readonly Range[];
  /** Where the search begins; it is scored first, and kept unless something is better. */
  readonly start: Setting;
  /** Higher is better; null: given up as worse than `best`. */
  readonly score: (setting: Setting, best: number) => Promise<number | null>;
  readonly random: Random;
  /** Settings drawn at random before the steps: half of them from all the ranges, half near the best so far. */
  readonly samples: number;
  /** Rounds of steps along every parameter; each round's steps are half as long. */
  readonly rounds: number;
  readonly onTrial?: (trial: Trial) => void;
  readonly signal?: AbortSignal;
}

export interface Trial {
  readonly setting: Setting;
  readonly score: number | null;
  readonly best: boolean;
}

/** A gain below this is noise of a chaotic system: one lucky frame. */
const leastGain = 0.0005;
const firstStep = 0.2;

/**
 * Random search, then coordinate search: every parameter in random order is moved a step up and down, and on for as
 * long as that helps. An abort ends the search with the best so far.
 */
export async function search(options: SearchOptions): Promise<{ setting: Setting; score: number }> {
  const { ranges, start, random, samples, rounds, onTrial, signal } = options;
  let best = { setting: start, score: Number.NEGATIVE_INFINITY };
  const tried = new Set<string>();
  const attempt = async (setting: Setting): Promise<boolean> => {
    const key = JSON.stringify(ranges.map(({ name }) => setting[name]));
    if (signal?.aborted || tried.has(key)) return false;
    tried.add(key);
    const score = await options.score(setting, best.score);
    if (signal?.aborted && tried.size > 1) return false; // cut short: not comparable
    const better = score !== null && score > best.score + leastGain;
    if (better) best = { setting, score };
    onTrial?.({ setting, score, best: better });
    return better;
  };

  await attempt(start);
  for (let sample = 0; sample < samples; sample += 1) {
    const far = randomSetting(ranges, random);
    await attempt(sample % 2 === 0 ? { ...start, ...far } : near(best.setting, ranges, random));
  }
  for (let round = 0, step = firstStep; round < rounds; round += 1, step /= 2) {
    for (const range of shuffled(ranges, random)) {
      for (const direction of [step, -step]) {
        let moved = false;
        while (await attempt(stepped(best.setting, range, direction))) moved = true;
        if (moved) break; // the other way leads back
      }
    }
  }
  return best;
}

export function shuffled<T>(items: readonly T[], random: Random): T[] {
  return items
    .map((item) => ({ item, key: random.next() }))
    .sort((a, b) => a.key - b.key)
    .map(({ item }) => item);
}

function near(setting: Setting, ranges: readonly Range[], random: Random): Setting {
  const moved = ranges.map((range) => {
    const share = shareOf(range, setting[range.name] ?? range.low) + random.normal(0.12);
    return [range.name, valueAt(range, share)] as const;
  });
  return { ...setting, ...Object.fromEntries(moved) };
}

function stepped(setting: Setting, range: Range, step: number): Setting {
  const current = setting[range.name] ?? range.low;
  let value = valueAt(range, shareOf(range, current) + step);
  if (range.scale === 'int' && value === current) {
    value = Math.min(range.high, Math.max(range.low, current + Math.sign(step)));
  }
  return { ...setting, [range.name]: value };
}
