import { createHash } from 'node:crypto';
import type { MessageDefinition, MessageDefinitionField } from '@foxglove/message-definition';

/** type_description_interfaces/msg/FieldType, as far as the definitions here have such fields. */
const typeIds: Readonly<Record<string, number>> = {
  ...{ int8: 2, uint8: 3, int16: 4, uint16: 5, int32: 6, uint32: 7, int64: 8, uint64: 9 },
  ...{ float32: 10, float64: 11, bool: 15, string: 17 },
};
const [nested, byte] = [1, 16];
/** Fields that their text calls `byte`, which @foxglove reads as uint8: the same on the wire. */
const bytes = new Set(['level', 'byte_array_value']);
/** Added to what it is of. */
const [ofArray, ofUnboundedSequence] = [48, 144];

/** The definition that others call `time`. */
const time: MessageDefinition = {
  name: 'builtin_interfaces/Time',
  definitions: [
    { name: 'sec', type: 'int32' },
    { name: 'nanosec', type: 'uint32' },
  ],
};

/**
 * A type's hash as ROS 2 counts it since Iron (REP 2016, "RIHS01"): SHA-256 of a JSON text of all its fields, their types and
 * names, those of nested types too.
 */
export function typeHash(type: string, definitions: readonly MessageDefinition[]): string {
  const [root, ...others] = definitions;
  const withTime = definitions.some(({ definitions: fields }) => fields.some((it) => it.type === 'time'));
  const referenced = [...others, ...(withTime ? [time] : [])]
    .map((it) => description(fullName(it.name!), it))
    .sort((a, b) => (a.type_name < b.type_name ? -1 : 1));
  const hashed = { type_description: description(type, root!), referenced_type_descriptions: referenced };
  return createHash('sha256').update(spaced(hashed)).digest('hex');
}

function description(name: string, { definitions }: MessageDefinition) {
  const fields = definitions.filter((field) => field.isConstant !== true);
  return { type_name: name, fields: fields.map((field) => ({ name: field.name, type: fieldType(field) })) };
}

function fieldType({ name, type, isComplex, isArray, arrayLength }: MessageDefinitionField) {
  const other = isComplex === true ? fullName(type) : type === 'time' ? fullName(time.name!) : '';
  const plain = bytes.has(name) && type === 'uint8' ? byte : typeIds[type]!;
  const element = other === '' ? plain : nested;
  const added = isArray !== true ? 0 : arrayLength === undefined ? ofUnboundedSequence : ofArray;
  return {
    type_id: element + added,
    capacity: arrayLength ?? 0,
    string_capacity: 0,
    nested_type_name: other,
  };
}

/** `std_msgs/Header` is `std_msgs/msg/Header`. */
function fullName(name: string): string {
  return name.replace(/^(\w+)\/(\w+)$/, '$1/msg/$2');
}

/** As Python's json writes it: a space after every comma and colon. No text in it has one itself. */
function spaced(value: unknown): string {
  return JSON.stringify(value).replace(/([,:])/g, '$1 ');
}
