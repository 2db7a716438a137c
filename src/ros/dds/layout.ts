import type { MessageDefinition, MessageDefinitionField } from '@foxglove/message-definition';
import { UsageError } from '../../core/errors.js';

/** A field of a struct in C memory, offset in bytes from the struct's start. */
export interface LayoutField {
  readonly name: string;
  readonly offset: number;
  readonly of: LayoutType;
}

export type Primitive =
  'bool' | 'int8' | 'uint8' | 'int16' | 'uint16' | 'int32' | 'uint32' | 'int64' | 'uint64';
export type Scalar = Primitive | 'float32' | 'float64';

export type LayoutType =
  | { readonly kind: 'scalar'; readonly scalar: Scalar }
  | { readonly kind: 'string' }
  | { readonly kind: 'struct'; readonly struct: LayoutStruct }
  | { readonly kind: 'array'; readonly element: LayoutType; readonly length: number }
  | { readonly kind: 'sequence'; readonly element: LayoutType };

/** How CycloneDDS keeps a message in memory: a C struct, as its IDL compiler would declare it. */
export interface LayoutStruct {
  readonly fields: readonly LayoutField[];
  readonly size: number;
  readonly align: number;
}

export const scalarBytes: Readonly<Record<Scalar, 1 | 2 | 4 | 8>> = {
  ...{ bool: 1, int8: 1, uint8: 1, int16: 2, uint16: 2, int32: 4, uint32: 4 },
  ...{ int64: 8, uint64: 8, float32: 4, float64: 8 },
};

/** dds_sequence_t: maximum and length (uint32), buffer, release. */
export const sequenceBytes = 24;

/**
 * @param definitions the message's own first.
 * @throws UsageError for a field that ROS 2 allows and this does not (wide strings, arrays of structs).
 */
export function layoutOf(definitions: readonly MessageDefinition[]): LayoutStruct {
  const named = new Map(definitions.map((it) => [it.name, it]));
  const struct = (fields: readonly MessageDefinitionField[]): LayoutStruct => {
    let size = 0;
    let align = 1;
    const placed = fields
      .filter((field) => field.isConstant !== true)
      .map((field): LayoutField => {
        const of = typeOf(field);
        const own = alignOf(of);
        const offset = roundUp(size, own);
        size = offset + sizeOf(of);
        align = Math.max(align, own);
        return { name: field.name, offset, of };
      });
    return { fields: placed, size: roundUp(size, align), align };
  };
  const typeOf = (field: MessageDefinitionField): LayoutType => {
    const element = elementOf(field);
    if (field.isArray !== true) return element;
    if (field.arrayLength === undefined) return { kind: 'sequence', element };
    if (element.kind !== 'scalar') throw unsupported(field);
    return { kind: 'array', element, length: field.arrayLength };
  };
  const elementOf = (field: MessageDefinitionField): LayoutType => {
    const { type, isComplex } = field;
    if (isComplex === true) return { kind: 'struct', struct: struct(named.get(type)!.definitions) };
    if (type === 'string') return { kind: 'string' };
    if (type === 'time' || type === 'duration') return { kind: 'struct', struct: struct(stamp) };
    if (!Object.hasOwn(scalarBytes, type)) throw unsupported(field);
    return { kind: 'scalar', scalar: type as Scalar };
  };
  return struct(definitions[0]!.definitions);
}

export function sizeOf(type: LayoutType): number {
  switch (type.kind) {
    case 'scalar':
      return scalarBytes[type.scalar];
    case 'string':
      return 8;
    case 'struct':
      return type.struct.size;
    case 'array':
      return type.length * sizeOf(type.element);
    case 'sequence':
      return sequenceBytes;
  }
}

export function roundUp(size: number, align: number): number {
  return Math.ceil(size / align) * align;
}

const stamp: readonly MessageDefinitionField[] = [
  { name: 'sec', type: 'int32' },
  { name: 'nanosec', type: 'uint32' },
];

function alignOf(type: LayoutType): number {
  switch (type.kind) {
    case 'scalar':
      return scalarBytes[type.scalar];
    case 'struct':
      return type.struct.align;
    case 'array':
      return alignOf(type.element);
    case 'string':
    case 'sequence':
      return 8;
  }
}

function unsupported({ type, name }: MessageDefinitionField): UsageError {
  return new UsageError(`field "${name}" of type "${type}": not supported over DDS without ROS`);
}
