import { parse } from 'yaml';
import { UsageError } from '../../core/errors.js';
import type { SchemaNode } from './schema-tree.js';
import { leafPaths, nodeAt } from './schema-tree.js';
import type { Setting } from './setting.js';
import { nearestName } from './suggest.js';

const prefix = 'TAGALONG_';

/** Variables with our prefix that are no settings: of tests and benches, the file's name, and passwords that are named elsewhere. */
const others = /^TAGALONG_(CONFIG|VM_\w+|BENCH_\w+|TEST_\w+|\w*PASSWORD)$/;

/** The variable that sets what stands at `path`: `recording.segmentSeconds` is `TAGALONG_RECORDING_SEGMENT_SECONDS`. */
export function environmentName(path: readonly string[]): string {
  const words = path.map((key) => key.replaceAll(/([a-z0-9])([A-Z])/g, '$1_$2').toUpperCase());
  return prefix + words.join('_');
}

/**
 * Settings from `TAGALONG_…` variables; texts are taken as they are, everything else is read as YAML.
 * @throws UsageError for a variable that sets nothing, with the one it may mean.
 */
export function readEnvironment(
  environment: Readonly<Record<string, string | undefined>>,
  schema: SchemaNode,
): Setting[] {
  const known = new Map(leafPaths(schema).map((path) => [environmentName(path), path]));
  const settings: Setting[] = [];
  for (const [name, text] of Object.entries(environment)) {
    if (!name.startsWith(prefix) || others.test(name) || text === undefined) continue;
    const path = known.get(name);
    if (!path) throw unknownVariable(name, [...known.keys()]);
    if (text === '') continue; // the usual way to leave a variable out
    const value = nodeAt(schema, path)?.type === 'string' ? text : valueOf(text);
    settings.push({ path, value, origin: { text: name } });
  }
  return settings;
}

function valueOf(text: string): unknown {
  try {
    return parse(text) as unknown;
  } catch {
    return text; // the schema says what is wrong with it
  }
}

function unknownVariable(name: string, known: readonly string[]): UsageError {
  const nearest = nearestName(name, known);
  const hint = nearest === undefined ? 'tagalong config show lists them' : `did you mean ${nearest}?`;
  return new UsageError(`environment variable ${name}: sets nothing; ${hint}`);
}
