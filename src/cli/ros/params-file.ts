import { readFileSync } from 'node:fs';
import { parse } from 'yaml';
import { UsageError } from '../../core/errors.js';
import { isSection } from '../../runtime/config/setting.js';

export interface FileParameter {
  readonly path: readonly string[];
  readonly value: unknown;
}

/**
 * The parameters that a params file of ROS (`--params-file`, what launch files write) has for a node: those under
 * `ros__parameters` below its whole name, as ROS's own nodes take them. `tagalong` is `/tagalong`, in no namespace; `*` is one
 * name, `**` any number of them: `/uav1/tagalong`, `/uav1/*`, `/**`. What stands later in the file wins.
 * @param name the node's whole name: `/uav1/tagalong`.
 * @throws UsageError for a file that cannot be read.
 */
export function readParamsFile(file: string, name: string): FileParameter[] {
  let content: unknown;
  try {
    content = parse(readFileSync(file, 'utf8'));
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new UsageError(`--params-file "${file}": ${reason}`, { cause });
  }
  if (!isSection(content))
    throw new UsageError(`--params-file "${file}": must have nodes with ros__parameters`);
  return parametersIn(content, [], name);
}

function parametersIn(
  section: Readonly<Record<string, unknown>>,
  above: string[],
  name: string,
): FileParameter[] {
  return Object.entries(section).flatMap(([key, value]) => {
    if (!isSection(value)) return [];
    if (key === 'ros__parameters') return isFor(above, name) ? leaves(value, []) : [];
    return parametersIn(value, [...above, ...key.split('/').filter(Boolean)], name);
  });
}

function isFor(path: readonly string[], name: string): boolean {
  const pattern = path.map((it) => (it === '**' ? '(/\\w+)*' : it === '*' ? '/\\w+' : `/${escaped(it)}`));
  return new RegExp(`^${pattern.join('')}$`).test(name);
}

function escaped(text: string): string {
  return text.replace(/[^\w]/g, '\\$&');
}

function leaves(section: Readonly<Record<string, unknown>>, path: readonly string[]): FileParameter[] {
  return Object.entries(section).flatMap(([key, value]) => {
    const here = [...path, ...key.split('.')];
    return isSection(value) ? leaves(value, here) : [{ path: here, value }];
  });
}
