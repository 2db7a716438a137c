import { dirname, resolve } from 'node:path';
import type { z } from 'zod';
import { UsageError } from '../../core/errors.js';
import { readEnvironment } from './read-environment.js';
import { readConfigFile } from './read-file.js';
import { configSchema, type Config } from './schema.js';
import { configJsonSchema, nodeAt, type SchemaNode } from './schema-tree.js';
import { isSection, samePath, type Setting } from './setting.js';
import { describeIssues } from './describe-issues.js';

export interface ConfigInputs {
  /** YAML file, or none. */
  readonly file?: string;
  readonly environment?: Readonly<Record<string, string | undefined>>;
  /** Settings from the command line. */
  readonly flags?: readonly Setting[];
  /** Values that stand below all others. */
  readonly defaults?: readonly Setting[];
}

/** A checked configuration, with what was said about it. */
export interface LoadedConfig {
  readonly config: Config;
  /** The settings that count, after the stronger ones have overridden the weaker. */
  readonly settings: readonly Setting[];
}

/** What is wrong with a configuration, one line for each problem. */
export class ConfigError extends UsageError {
  readonly problems: readonly string[];

  constructor(problems: readonly string[]) {
    const more = problems.length > 1 ? ` (and ${problems.length - 1} more: tagalong config check)` : '';
    super(`${problems[0] ?? 'configuration: invalid'}${more}`);
    this.problems = problems;
  }
}

/**
 * Puts the configuration together: defaults, then the file, the environment and the command line, the later the stronger.
 * @throws ConfigError with every problem and where it was written; UsageError when the file cannot be read.
 */
export async function loadConfig({
  file,
  environment = {},
  flags = [],
  defaults = [],
}: ConfigInputs): Promise<LoadedConfig> {
  const schema = configJsonSchema();
  const fromFile = file === undefined ? [] : absolutePaths(await readConfigFile(file), schema, dirname(file));
  const fromEnvironment = readEnvironment(environment, schema);
  const settings = nameDevice(strongest([...defaults, ...fromFile, ...fromEnvironment, ...flags]));
  const parsed = configSchema.safeParse(objectOf(settings));
  if (!parsed.success) throw new ConfigError(problemsOf(parsed.error, settings, schema));
  return { config: parsed.data, settings };
}

function problemsOf(error: z.ZodError, settings: readonly Setting[], schema: SchemaNode): string[] {
  return describeIssues(error.issues, schema).map(({ path, text }) => {
    const origin = originOf(path, settings);
    return `${origin === undefined ? '' : `${origin}: `}${path.join('.') || 'configuration'}: ${text}`;
  });
}

/** Who wrote what stands at a path, or the first thing below it. */
function originOf(path: readonly string[], settings: readonly Setting[]): string | undefined {
  const below = (setting: Setting): boolean => samePath(setting.path.slice(0, path.length), path);
  const above = (setting: Setting): boolean => samePath(path.slice(0, setting.path.length), setting.path);
  return (settings.find(below) ?? settings.find(above))?.origin.text;
}

/** A later setting of the same place replaces an earlier one. */
function strongest(settings: readonly Setting[]): Setting[] {
  return settings.filter(
    ({ path }, index) => !settings.slice(index + 1).some((later) => samePath(later.path, path)),
  );
}

/** The device's name is also its name on the broker, unless that has one of its own. */
function nameDevice(settings: readonly Setting[]): readonly Setting[] {
  const named = settings.find(({ path }) => samePath(path, ['device']));
  const own = settings.some(({ path }) => samePath(path, ['mqtt', 'device']));
  const usesMqtt = settings.some(({ path }) => path[0] === 'mqtt');
  return named && usesMqtt && !own ? [...settings, { ...named, path: ['mqtt', 'device'] }] : settings;
}

/** Paths in sections that do not say so themselves. */
const morePaths = ['mqtt.passwordFile', 'mqtt.tls.ca', 'mqtt.tls.cert', 'mqtt.tls.key'];

function absolutePaths(settings: readonly Setting[], schema: SchemaNode, folder: string): Setting[] {
  return settings.map((setting) => {
    const says = nodeAt(schema, setting.path)?.path === true || morePaths.includes(setting.path.join('.'));
    return says && typeof setting.value === 'string'
      ? { ...setting, value: resolve(folder, setting.value) }
      : setting;
  });
}

function objectOf(settings: readonly Setting[]): object {
  const root: Record<string, unknown> = {};
  for (const { path, value } of settings) {
    let section = root;
    for (const key of path.slice(0, -1)) {
      const next = section[key];
      section = (next instanceof Object ? next : (section[key] = {})) as Record<string, unknown>;
    }
    const last = path.at(-1) ?? '';
    if (isSection(value))
      section[last] ??= {}; // empty: what others put into it stays
    else section[last] = value;
  }
  return root;
}
