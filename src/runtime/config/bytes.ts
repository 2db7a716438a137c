import { UsageError } from '../../core/errors.js';

const units: Readonly<Record<string, number>> = { '': 1, k: 1e3, m: 1e6, g: 1e9, t: 1e12 };

/** Reads `500MB`, `8GB`, `1.5 GB`, `4096`: decimal units, as disks are sold. @throws UsageError naming the option. */
export function parseBytes(text: string, option: string): number {
  const [, number = '', unit = ''] = /^\s*(\d+(?:\.\d+)?)\s*([kmgt]?)b?\s*$/i.exec(text) ?? [];
  const bytes = Math.round(Number(number) * (units[unit.toLowerCase()] ?? Number.NaN));
  if (number !== '' && Number.isSafeInteger(bytes)) return bytes;
  throw new UsageError(`${option} "${text}": must be a number of bytes, such as 500MB or 8GB`);
}

/** The reverse, to three digits: `8 GB`. */
export function formatBytes(bytes: number): string {
  const [suffix, factor] = Object.entries(units).findLast(([, size]) => bytes >= size) ?? ['', 1];
  return `${Number((bytes / factor).toPrecision(3))} ${suffix === 'k' ? 'k' : suffix.toUpperCase()}B`;
}
