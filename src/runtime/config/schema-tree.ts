import { z } from 'zod';
import { configSchema } from './schema.js';

/** One place in the configuration, as the JSON Schema describes it. */
export interface SchemaNode {
  readonly type?: string;
  readonly properties?: Readonly<Record<string, SchemaNode>>;
  readonly items?: SchemaNode;
  readonly anyOf?: readonly SchemaNode[];
  /** The value is a path. */
  readonly path?: boolean;
  /** The value must never be shown. */
  readonly secret?: boolean;
}

let made: SchemaNode | null = null;

/** The configuration's JSON Schema: for editors, and to find out what is known where. Made once, as it takes 30 ms. */
export function configJsonSchema(): SchemaNode {
  made ??= z.toJSONSchema(configSchema, { io: 'input', unrepresentable: 'any' }) as SchemaNode;
  return made;
}

/** The node at a path; undefined where nothing is known. */
export function nodeAt(root: SchemaNode, path: readonly string[]): SchemaNode | undefined {
  return path.reduce<SchemaNode | undefined>((node, key) => node && propertiesOf(node)[key], root);
}

/** The keys of a section, also of one that has several forms. */
export function propertiesOf(node: SchemaNode): Readonly<Record<string, SchemaNode>> {
  return Object.assign({}, ...(node.anyOf ?? []).map(propertiesOf), node.properties) as Record<
    string,
    SchemaNode
  >;
}

/** Paths of everything that has a value of its own. */
export function leafPaths(node: SchemaNode, prefix: readonly string[] = []): string[][] {
  const entries = Object.entries(propertiesOf(node));
  if (entries.length === 0) return [[...prefix]];
  return entries.flatMap(([key, child]) => leafPaths(child, [...prefix, key]));
}
