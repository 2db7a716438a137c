import { UsageError } from '../../core/errors.js';
import type { ConsoleSetting } from '../../core/console/server-messages.js';
import type { Permission } from '../../core/ports/control-authority.js';
import { configJsonSchema, nodeAt, type SchemaNode } from '../../runtime/config/schema-tree.js';
import type { ConsoleSubject } from '../../runtime/console/live/subject.js';
import type { NodeParameter, NodeParameters, ParameterContent } from '../../ros/parameters/parameter.js';

const section = 'ros.';

/**
 * The service's settings as parameters of its ROS node: all are told, and what the console may change can be set, in the same
 * way. Those of the section `ros` go by the names that `-p` knows: without the section.
 */
export function rosParameters(
  subject: () => Pick<ConsoleSubject, 'settings' | 'change'>,
  permission: () => Permission,
): NodeParameters {
  return {
    all: () => {
      const schema = configJsonSchema();
      return subject()
        .settings()
        .map((setting) => parameterOf(setting, schema));
    },
    set: (name, value) => {
      if (permission() !== 'command') throw new UsageError(`${name}: control.ros is "${permission()}"`);
      if (typeof value !== 'string' && typeof value !== 'number') {
        throw new UsageError(`${name}: cannot be changed while running`);
      }
      return subject().change(name, value, { kind: 'ros', name: 'parameters' });
    },
  };
}

function parameterOf(
  { key, value: json, origin, change }: ConsoleSetting,
  schema: SchemaNode,
): NodeParameter {
  const name = key.startsWith(section) ? key.slice(section.length) : key;
  const given = readJson(json);
  const whole = nodeAt(schema, key.split('.'))?.type === 'integer';
  const common = { name, change, description: `set by ${origin}` };
  if (typeof given === 'number') return { ...common, type: whole ? 'integer' : 'double', value: given };
  if (typeof given === 'boolean') return { ...common, type: 'bool', value: given };
  if (typeof given === 'string') return { ...common, type: 'string', value: given };
  if (isTexts(given)) return { ...common, type: 'string array', value: given };
  return { ...common, type: 'string', value: json };
}

/** A masked secret is no JSON: it is told as it is. */
function readJson(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return text;
  }
}

function isTexts(value: unknown): value is Extract<ParameterContent, readonly string[]> {
  return Array.isArray(value) && value.every((it) => typeof it === 'string');
}
