import { UsageError } from '../../src/core/errors.js';
import { parseSiameseOptions } from '../../src/core/tracking/siamese/options.js';

export type Parameters = Readonly<Record<string, number>>;

/** A row of the table: tracker parameters over the model's own. */
export interface NamedSetting {
  readonly name: string;
  readonly parameters: Parameters;
}

/**
 * Reads `NAME:key=value,key=value`, or a bare `NAME` for no parameter. @throws UsageError quoting `option` and the text, or what the tracker says of
 * a parameter.
 */
export function parseNamed(text: string, option: string): NamedSetting {
  const [name = '', list = ''] = text.split(/:(.*)/s);
  const pairs = list === '' ? [] : list.split(',');
  const parameters = Object.fromEntries(
    pairs.map((pair): [string, number] => {
      const [, key, value] = /^\s*(\w+)=(\S+)\s*$/.exec(pair) ?? [];
      if (key === undefined || !Number.isFinite(Number(value))) {
        throw new UsageError(`${option} "${text}": "${pair}" is not key=number`);
      }
      return [key, Number(value)];
    }),
  );
  if (name.trim() === '') throw new UsageError(`${option} "${text}": must be NAME:key=value,…`);
  parseSiameseOptions(parameters);
  return { name: name.trim(), parameters };
}

/**
 * The settings of an ablation. A module is given by the parameters that switch it off.
 * @returns all modules on, all off, each alone, each left out; without what would be the same twice
 */
export function ablation(modules: readonly NamedSetting[], base: Parameters): NamedSetting[] {
  if (modules.length === 0) return [];
  const off = (chosen: readonly NamedSetting[]): Parameters =>
    Object.assign({ ...base }, ...chosen.map(({ parameters }) => parameters)) as Parameters;
  const others = (one: NamedSetting): NamedSetting[] => modules.filter((module) => module !== one);
  const several = modules.length > 1 ? modules : [];
  const alone = modules.length > 2 ? modules : []; // of two, one alone is the other left out
  return [
    { name: 'all', parameters: base },
    { name: 'none', parameters: off(modules) },
    ...alone.map((one) => ({ name: `only ${one.name}`, parameters: off(others(one)) })),
    ...several.map((one) => ({ name: `without ${one.name}`, parameters: off([one]) })),
  ];
}
