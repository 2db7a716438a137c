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
 * `ros__parameters` below its name, whole (`/uav1/tagalong`), alone (`tagalong`) or as a pattern (`/**`, `/*`).
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

/** The last of a node's names is its own; what stands above is its namespace, which only patterns are held against here. */
function isFor(path: readonly string[], name: string): boolean {
  const last = path.at(-1);
  return last === name || last === '*' || last === '**';
}

function leaves(section: Readonly<Record<string, unknown>>, path: readonly string[]): FileParameter[] {
  return Object.entries(section).flatMap(([key, value]) => {
    const here = [...path, ...key.split('.')];
    return isSection(value) ? leaves(value, here) : [{ path: here, value }];
  });
}
