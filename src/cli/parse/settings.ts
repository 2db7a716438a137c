import { Option } from 'commander';
import { UsageError } from '../../core/errors.js';
import { siamesePresetNames } from '../../core/tracking/siamese/options.js';
import { decimal } from './numbers.js';

/** Collects repeated `--set key=value`. @throws UsageError quoting the text; the tracker itself checks the names. */
export function collectSetting(
  text: string,
  earlier: Readonly<Record<string, number>> = {},
): Readonly<Record<string, number>> {
  const [, key, valueText] = /^(\w+)=(.+)$/.exec(text) ?? [];
  const value = decimal(valueText ?? '');
  if (key === undefined || !Number.isFinite(value)) {
    throw new UsageError(`--set "${text}": must be key=value with a number`);
  }
  if (Object.hasOwn(earlier, key)) throw new UsageError(`--set "${text}": "${key}" is given twice`);
  return { ...earlier, [key]: value };
}

/** `--preset`: parameters of the tracker that belong together; `--set` goes over them. */
export function presetOption(): Option {
  return new Option('--preset <name>', 'tracker parameters that belong together; --set goes over them')
    .choices(siamesePresetNames)
    .default('balanced');
}
