import type { RosMessage } from '../backend.js';
import {
  parameterTypes,
  type NodeParameter,
  type ParameterContent,
  type ParameterType,
} from './parameter.js';

/** A value as it was asked for; of kinds that no parameter has here only the type is known. */
export interface GivenValue {
  readonly type: ParameterType;
  readonly value: ParameterContent | null;
}

/** Every field is given: not every backend fills in those that are left out. */
const notSet = {
  type: parameterTypes['not set'] as number,
  bool_value: false,
  integer_value: 0n,
  double_value: 0,
  string_value: '',
  byte_array_value: new Uint8Array(0),
  bool_array_value: [],
  integer_array_value: new BigInt64Array(0),
  double_array_value: new Float64Array(0),
  string_array_value: [] as readonly string[],
};

/** rcl_interfaces/msg/ParameterValue; undefined: not set. */
export function valueMessage(parameter: NodeParameter | undefined): RosMessage {
  if (!parameter) return notSet;
  const { value } = parameter;
  const type = parameterTypes[parameter.type];
  if (typeof value === 'boolean') return { ...notSet, type, bool_value: value };
  if (typeof value === 'string') return { ...notSet, type, string_value: value };
  if (typeof value !== 'number') return { ...notSet, type, string_array_value: value };
  return parameter.type === 'integer'
    ? { ...notSet, type, integer_value: BigInt(value) }
    : { ...notSet, type, double_value: value };
}

/** What rcl_interfaces/msg/ParameterValue says. */
export function givenValue(message: RosMessage): GivenValue {
  const names = Object.keys(parameterTypes) as ParameterType[];
  const type = names.find((name) => parameterTypes[name] === message['type']) ?? 'not set';
  switch (type) {
    case 'bool':
      return { type, value: message['bool_value'] as boolean };
    case 'integer':
      return { type, value: Number(message['integer_value']) };
    case 'double':
      return { type, value: message['double_value'] as number };
    case 'string':
      return { type, value: message['string_value'] as string };
    case 'string array':
      return { type, value: message['string_array_value'] as readonly string[] };
    default:
      return { type, value: null };
  }
}

/** rcl_interfaces/msg/ParameterDescriptor; of what is not there the name only. */
export function descriptorMessage(name: string, parameter: NodeParameter | undefined): RosMessage {
  const { type = 'not set', description = '', change = null } = parameter ?? {};
  const range = change?.form === 'number' ? [{ from_value: change.min, to_value: change.max, step: 0 }] : [];
  const integers = range.map((it) => ({
    from_value: BigInt(it.from_value),
    to_value: BigInt(it.to_value),
    step: 1n,
  }));
  return {
    name,
    type: parameterTypes[type],
    description,
    additional_constraints: change?.form === 'choice' ? `one of ${change.options.join(', ')}` : '',
    read_only: parameter !== undefined && change === null,
    dynamic_typing: false,
    floating_point_range: type === 'double' ? range : [],
    integer_range: type === 'integer' ? integers : [],
  };
}
