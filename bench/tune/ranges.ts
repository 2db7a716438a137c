import { UsageError } from '../../src/core/errors.js';
import type { Random } from '../../src/core/random.js';

/** Where a tracker parameter may lie. */
export interface Range {
  readonly name: string;
  readonly low: number;
  readonly high: number;
  /** Steps are factors (log), sums (linear), or sums rounded to whole numbers (int). */
  readonly scale: 'linear' | 'log' | 'int';
}

export type Setting = Readonly<Record<string, number>>;

/** What is searched when no range is named: the parameters that move the score most. */
export const defaultRanges: readonly Range[] = [
  { name: 'windowInfluence', low: 0, high: 0.6, scale: 'linear' },
  { name: 'sizePenalty', low: 0.003, high: 0.4, scale: 'log' },
  { name: 'sizeRate', low: 0.1, high: 0.9, scale: 'linear' },
  { name: 'motionWeight', low: 0, high: 1, scale: 'linear' },
  { name: 'memoryWeight', low: 0, high: 0.7, scale: 'linear' },
  { name: 'memoryRate', low: 0.03, high: 0.5, scale: 'log' },
  { name: 'memoryThreshold', low: 0.2, high: 0.95, scale: 'linear' },
  { name: 'memoryInterval', low: 1, high: 20, scale: 'int' },
  { name: 'coastBelow', low: 0.02, high: 0.4, scale: 'log' },
  { name: 'resumeAbove', low: 0.05, high: 0.7, scale: 'linear' },
];

/** Parses `name=low:high`, `name=low:high:log` or `name=low:high:int`. @throws UsageError quoting the text. */
export function parseRange(text: string): Range {
  const [, name, lowText, highText, scale = 'linear'] =
    /^(\w+)=([^:]+):([^:]+)(?::(linear|log|int))?$/.exec(text) ?? [];
  const low = Number(lowText);
  const high = Number(highText);
  const problem = (what: string): UsageError => new UsageError(`--range "${text}": ${what}`);
  if (name === undefined || !Number.isFinite(low) || !Number.isFinite(high)) {
    throw problem('must be name=low:high, or with :log or :int behind');
  }
  if (low >= high) throw problem('the low end must lie below the high end');
  if (scale === 'log' && low <= 0) throw problem('a log range must be positive');
  return { name, low, high, scale: scale as Range['scale'] };
}

/** The value at `share` (0..1) of a range; shares outside are cut off. */
export function valueAt({ low, high, scale }: Range, share: number): number {
  const cut = Math.min(1, Math.max(0, share));
  if (scale === 'log') return round(low * (high / low) ** cut);
  const value = low + (high - low) * cut;
  return scale === 'int' ? Math.round(value) : round(value);
}

/** Inverse of {@link valueAt}; a value outside the range is cut off. */
export function shareOf({ low, high, scale }: Range, value: number): number {
  const share = scale === 'log' ? Math.log(value / low) / Math.log(high / low) : (value - low) / (high - low);
  return Math.min(1, Math.max(0, Number.isNaN(share) ? 0 : share));
}

export function randomSetting(ranges: readonly Range[], random: Random): Setting {
  return Object.fromEntries(ranges.map((range) => [range.name, valueAt(range, random.next())]));
}

/** Four digits: more would only pretend. */
function round(value: number): number {
  return Number(value.toPrecision(4));
}
