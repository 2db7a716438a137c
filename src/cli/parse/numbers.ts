import { UsageError } from '../../core/errors.js';

/** A plain decimal number, or NaN: none of `Number`'s hexadecimal, empty or infinite forms. */
export function decimal(text: string): number {
  return /^\s*[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d{1,2})?\s*$/i.test(text) ? Number(text) : Number.NaN;
}

/** A parser of whole numbers from `least` on. It throws a UsageError naming the option. */
export function wholeNumber(option: string, least: number): (text: string) => number {
  return (text) => {
    const value = decimal(text);
    if (Number.isSafeInteger(value) && value >= least) return value;
    throw new UsageError(`${option} "${text}": must be a whole number, ${least} or more`);
  };
}

/** A parser of numbers above zero. It throws a UsageError naming the option. */
export function positiveNumber(option: string): (text: string) => number {
  return (text) => {
    const value = decimal(text);
    if (Number.isFinite(value) && value > 0) return value;
    throw new UsageError(`${option} "${text}": must be a number above 0`);
  };
}
