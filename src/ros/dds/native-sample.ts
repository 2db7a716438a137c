import type { RosMessage } from '../backend.js';
import {
  roundUp,
  scalarBytes,
  sizeOf,
  type LayoutField,
  type LayoutStruct,
  type LayoutType,
  type Scalar,
} from './layout.js';

/**
 * Writes a message as the C struct it is described as, with all it points to behind it, into `memory`.
 * Missing fields are zero; so is what has the wrong type.
 * @param memory whatever is in it; `address` is where it lies.
 * @returns bytes used; more than `memory` has: nothing usable was written, take a larger one.
 */
export function writeSample(
  struct: LayoutStruct,
  message: RosMessage,
  memory: Buffer,
  address: bigint,
): number {
  memory.fill(0, 0, Math.min(struct.size, memory.length));
  const arena = new Arena(memory, address, struct.size);
  writeStruct(struct, message, 0, arena);
  return arena.used;
}

/** Bytes handed out one after the other; past the end they are counted only. */
class Arena {
  readonly memory: Buffer;
  readonly #address: bigint;
  #used: number;

  constructor(memory: Buffer, address: bigint, used: number) {
    this.memory = memory;
    this.#address = address;
    this.#used = used;
  }

  get used(): number {
    return this.#used;
  }

  has(offset: number, bytes: number): boolean {
    return offset + bytes <= this.memory.length;
  }

  /** Zeroed bytes. */
  take(bytes: number): number {
    const offset = this.reserve(bytes);
    if (this.has(offset, bytes)) this.memory.fill(0, offset, offset + bytes);
    return offset;
  }

  /** Bytes that are all written by who takes them. */
  reserve(bytes: number): number {
    const offset = roundUp(this.#used, 8);
    this.#used = offset + bytes;
    return offset;
  }

  point(at: number, target: number): void {
    if (this.has(at, 8)) this.memory.writeBigUInt64LE(this.#address + BigInt(target), at);
  }
}

function writeStruct(struct: LayoutStruct, message: RosMessage, base: number, arena: Arena): void {
  for (const field of struct.fields) writeField(field, message[field.name], base, arena);
}

function writeField({ offset, of }: LayoutField, value: unknown, base: number, arena: Arena): void {
  writeValue(of, value, base + offset, arena);
}

function writeValue(type: LayoutType, value: unknown, at: number, arena: Arena): void {
  switch (type.kind) {
    case 'scalar':
      if (arena.has(at, scalarBytes[type.scalar])) writeScalar(type.scalar, value, at, arena.memory);
      return;
    case 'string': {
      const text = typeof value === 'string' ? value : '';
      const bytes = Buffer.byteLength(text);
      const target = arena.take(bytes + 1); // it ends with a zero
      if (arena.has(target, bytes + 1)) arena.memory.write(text, target);
      arena.point(at, target);
      return;
    }
    case 'struct':
      writeStruct(type.struct, isMessage(value) ? value : {}, at, arena);
      return;
    case 'array': {
      const elements = elementsOf(value);
      const bytes = sizeOf(type.element);
      for (let i = 0; i < type.length; i++) writeValue(type.element, elements[i], at + i * bytes, arena);
      return;
    }
    case 'sequence': {
      const elements = elementsOf(value);
      if (elements.length === 0) return;
      const bytes = sizeOf(type.element);
      const whole = elements instanceof Uint8Array && isByte(type.element);
      const target = whole ? arena.reserve(elements.length) : arena.take(elements.length * bytes);
      if (arena.has(at, 8)) {
        arena.memory.writeUInt32LE(elements.length, at);
        arena.memory.writeUInt32LE(elements.length, at + 4);
      }
      arena.point(at + 8, target);
      if (whole) {
        if (arena.has(target, elements.length)) arena.memory.set(elements, target);
        return;
      }
      for (let i = 0; i < elements.length; i++) {
        writeValue(type.element, elements[i], target + i * bytes, arena);
      }
    }
  }
}

/** Pictures are copied in one go. */
function isByte(type: LayoutType): boolean {
  return type.kind === 'scalar' && type.scalar === 'uint8';
}

function writeScalar(scalar: Scalar, value: unknown, at: number, memory: Buffer): void {
  if (scalar === 'bool') {
    memory[at] = value === true ? 1 : 0;
  } else if (scalar === 'int64' || scalar === 'uint64') {
    const whole = typeof value === 'bigint' ? value : 0n;
    memory.writeBigUInt64LE(BigInt.asUintN(64, whole), at);
  } else if (scalar === 'float64') {
    memory.writeDoubleLE(asNumber(value), at);
  } else if (scalar === 'float32') {
    memory.writeFloatLE(asNumber(value), at);
  } else {
    const bytes = scalarBytes[scalar] as 1 | 2 | 4;
    const whole = bytes === 4 ? asNumber(value) >>> 0 : asNumber(value) & (2 ** (8 * bytes) - 1);
    memory.writeUIntLE(whole, at, bytes);
  }
}

function asNumber(value: unknown): number {
  return typeof value === 'number' ? value : 0;
}

function isMessage(value: unknown): value is RosMessage {
  return typeof value === 'object' && value !== null;
}

function elementsOf(value: unknown): ArrayLike<unknown> {
  return Array.isArray(value) || ArrayBuffer.isView(value) ? (value as unknown as ArrayLike<unknown>) : [];
}
