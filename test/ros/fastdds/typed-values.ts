import type { MessageDefinition, MessageDefinitionField } from '@foxglove/message-definition';
import type { RosMessage } from '../../../src/ros/backend.js';

/** A message as the peer's lines of kinds and values, in the order of its definition. */
export function typedValues(definitions: readonly MessageDefinition[], message: RosMessage): string[] {
  const named = new Map(definitions.map((it) => [it.name, it]));
  const lines: string[] = [];
  const visit = (fields: readonly MessageDefinitionField[], of: RosMessage): void => {
    for (const field of fields) if (field.isConstant !== true) visitField(field, of[field.name]);
  };
  const visitField = (field: MessageDefinitionField, value: unknown): void => {
    if (field.isArray !== true) {
      visitOne(field, value);
      return;
    }
    const elements = [...((value ?? []) as Iterable<unknown>)];
    if (field.arrayLength === undefined) lines.push(`length ${elements.length}`);
    const count = field.arrayLength ?? elements.length;
    for (let i = 0; i < count; i++) visitOne(field, elements[i]);
  };
  const visitOne = ({ type, isComplex }: MessageDefinitionField, value: unknown): void => {
    if (isComplex === true) visit(named.get(type)!.definitions, (value ?? {}) as RosMessage);
    else if (type === 'time' || type === 'duration') {
      const { sec, nanosec } = value as { sec: number; nanosec: number };
      lines.push(`int32 ${sec}`, `uint32 ${nanosec}`);
    } else if (type === 'string') lines.push(`string ${Buffer.from(value as string).toString('hex')}`);
    else if (type === 'bool') lines.push(`bool ${value === true ? 1 : 0}`);
    else lines.push(`${type} ${Object.is(value, -0) ? '-0' : (value as number | bigint)}`);
  };
  visit(definitions[0]!.definitions, message);
  return lines;
}
