import type { Command } from 'commander';
import { parse } from 'yaml';
import { UsageError } from '../../core/errors.js';
import { configJsonSchema, nodeAt } from '../../runtime/config/schema-tree.js';
import { isSection, type Setting } from '../../runtime/config/setting.js';
import { sourceSchemes } from '../../runtime/sources/source-uri.js';

/** Where the configuration of a service comes from, on the command line. */
export interface ConfigFlags {
  readonly config?: string;
  readonly source?: string;
  readonly model?: string;
  readonly mqtt?: string;
  readonly device?: string;
  readonly record?: string;
  readonly logLevel?: string;
  readonly httpPort?: string;
  readonly set: readonly Setting[];
}

/** The short flags, and the setting each of them stands for. */
const shortcuts = {
  source: { flag: '--source', path: ['source', 'uri'] },
  model: { flag: '--model', path: ['model', 'path'] },
  mqtt: { flag: '--mqtt', path: ['mqtt', 'url'] },
  device: { flag: '--device', path: ['device'] },
  record: { flag: '--record', path: ['recording', 'dir'] },
  logLevel: { flag: '--log-level', path: ['log', 'level'] },
  httpPort: { flag: '--http-port', path: ['http', 'port'] },
} as const;

export function addConfigFlags(command: Command): Command {
  return command
    .option('--config <file>', 'configuration (YAML); also TAGALONG_CONFIG')
    .option('--source <uri>', sourceSchemes.join(', '))
    .option('--model <dir>', 'model folder')
    .option('--mqtt <url>', 'broker, such as mqtt://localhost')
    .option('--device <name>', 'name of this device on the broker')
    .option('--record <dir>', 'record video and tracks into this folder')
    .option('--log-level <level>', 'debug, info, warn, error or silent')
    .option('--http-port <n>', 'port of /metrics and /healthz on 127.0.0.1; 0: any free one')
    .option('--set <path=value>', 'any setting, such as recording.budget=2GB; may be repeated', collect, []);
}

/** The configuration's file: the flag, else the variable. */
export function configFile(
  { config }: Pick<ConfigFlags, 'config'>,
  environment: Readonly<Record<string, string | undefined>> = process.env,
): string | undefined {
  const { TAGALONG_CONFIG: named } = environment;
  return config ?? (named === '' ? undefined : named);
}

export function flagSettings(flags: ConfigFlags): Setting[] {
  const named = (Object.keys(shortcuts) as (keyof typeof shortcuts)[]).flatMap((name) => {
    const text = flags[name];
    const { flag, path } = shortcuts[name];
    return text === undefined ? [] : [{ path, value: valueAt(path, text), origin: { text: flag } }];
  });
  return [...named, ...flags.set];
}

/** `--set recording.budget=2GB`. @throws UsageError quoting the text. */
function collect(text: string, earlier: readonly Setting[]): readonly Setting[] {
  const [, path, value] = /^([\w.]+)=(.*)$/s.exec(text) ?? [];
  if (path === undefined || value === undefined) {
    throw new UsageError(`--set "${text}": must be path=value, such as log.level=debug`);
  }
  const place = path.split('.');
  const setting = { path: place, value: valueAt(place, value), origin: { text: `--set ${path}` } };
  return [...earlier, setting];
}

/** Text where the schema wants text; else numbers, truth values and lists as YAML reads them. */
function valueAt(path: readonly string[], text: string): unknown {
  if (nodeAt(configJsonSchema(), path)?.type === 'string') return text;
  try {
    const value: unknown = parse(text);
    return value === null || isSection(value) ? text : value;
  } catch {
    return text;
  }
}
