import type { z } from 'zod';
import { leafPaths, nodeAt, propertiesOf, type SchemaNode } from './schema-tree.js';
import { nearestName } from './suggest.js';

/** One thing that is wrong, and where. */
export interface Problem {
  readonly path: readonly string[];
  readonly text: string;
}

type Issue = z.core.$ZodIssue;

/** What the schema found, for people: unknown keys with what may be meant. */
export function describeIssues(issues: readonly Issue[], schema: SchemaNode): Problem[] {
  return issues.flatMap((issue) => describeIssue(issue, schema));
}

function describeIssue(issue: Issue, schema: SchemaNode): Problem[] {
  const path = issue.path.map(String);
  if (issue.code === 'unrecognized_keys') {
    return issue.keys.map((key) => ({ path: [...path, key], text: unknownKey(path, key, schema) }));
  }
  const missing = issue.code === 'invalid_type' && issue.message.endsWith('received undefined');
  return [{ path, text: missing ? 'is missing' : lowerFirst(issue.message) }];
}

function unknownKey(path: readonly string[], key: string, schema: SchemaNode): string {
  const section = nodeAt(schema, path);
  const known = section ? Object.keys(propertiesOf(section)) : [];
  const nearest = nearestName(key, known);
  if (nearest !== undefined) return `unknown key; did you mean "${[...path, nearest].join('.')}"?`;
  // the right key in the wrong section
  const elsewhere = leafPaths(schema).find((leaf) => leaf.at(-1) === key);
  if (elsewhere) return `unknown key here; did you mean "${elsewhere.join('.')}"?`;
  return `unknown key; known are ${known.join(', ')}`;
}

function lowerFirst(text: string): string {
  return text.charAt(0).toLowerCase() + text.slice(1);
}
