import { mask, secretMasker } from '../log/mask-secrets.js';
import { samePath, settingsOf, type Setting } from './setting.js';
import type { LoadedConfig } from './load-config.js';
import { configJsonSchema, nodeAt, type SchemaNode } from './schema-tree.js';

/** One effective value, fit to be shown. */
export interface ExplainedValue {
  /** Such as `recording.budget`. */
  readonly key: string;
  /** JSON; secrets are masked. */
  readonly value: string;
  /** Who set it: `tagalong.yaml:12`, `TAGALONG_LOG_LEVEL`, `--log-level` or `default`. */
  readonly origin: string;
}

/** Every effective value, and where it comes from. */
export function explainConfig({ config, settings }: LoadedConfig): ExplainedValue[] {
  const schema = configJsonSchema();
  const masked = secretMasker(secretsOf({ config, settings }));
  return settingsOf(config, () => ({ text: 'default' })).map(({ path, value }) => ({
    key: path.join('.'),
    value: isSecret(schema, path) ? mask : masked(JSON.stringify(value)),
    origin: originOf(path, settings),
  }));
}

/** Every secret that stands in a configuration: what the schema marks as one, and passwords in URLs. */
export function secretsOf({ config }: LoadedConfig): string[] {
  const schema = configJsonSchema();
  return settingsOf(config, () => ({ text: '' })).flatMap(({ path, value }) => {
    if (typeof value !== 'string') return [];
    if (isSecret(schema, path)) return [value];
    const [, password] = /:\/\/[^\s/:@]*:([^\s/]*)@/.exec(value) ?? [];
    return password === undefined ? [] : [password];
  });
}

function isSecret(schema: SchemaNode, path: readonly string[]): boolean {
  return (
    nodeAt(schema, path)?.secret === true || /(password|passphrase|secret|token)$/i.test(path.at(-1) ?? '')
  );
}

function originOf(path: readonly string[], settings: readonly Setting[]): string {
  const found = settings.find((setting) => samePath(setting.path, path));
  return found?.origin.text ?? 'default';
}
