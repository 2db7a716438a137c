import { scalarBytes, sizeOf, type LayoutStruct, type LayoutType, type Scalar } from './layout.js';

/**
 * The program by which CycloneDDS turns a struct into CDR and back; what its IDL compiler writes into `m_ops`.
 * Nested structs are flattened: they leave no trace in CDR. Source: dds/ddsc/dds_opcodes.h of CycloneDDS 0.10.
 */
export function operationsOf(struct: LayoutStruct): Uint32Array {
  const code: number[] = [];
  const subroutines: Subroutine[] = [];
  emitStruct(struct, code, subroutines);
  // the elements of sequences follow; they may have such sequences themselves
  for (let next = subroutines.shift(); next; next = subroutines.shift()) {
    const { at, jump, element } = next;
    code[jump] = (4 << 16) | (code.length - at); // next instruction, element's instructions; both from this one
    emitStruct(element, code, subroutines);
  }
  return Uint32Array.from(code);
}

/** Instructions for a sequence's elements, still to be written. */
interface Subroutine {
  /** Index of the sequence's instruction, and of the word that is to hold the jump. */
  readonly at: number;
  readonly jump: number;
  readonly element: LayoutStruct;
}

const address = 0x01 << 24;
const returns = 0;
const codes = { 1: 0x01, 2: 0x02, 4: 0x03, 8: 0x04 } as const;
const stringCode = 0x05;
const sequenceCode = 0x07;
const arrayCode = 0x08;
const structCode = 0x0a;
const booleanCode = 0x0e;
const floatFlag = 1 << 1;
const signedFlag = 1 << 2;

function emitStruct(struct: LayoutStruct, code: number[], subroutines: Subroutine[]): void {
  emitFields(struct, 0, code, subroutines);
  code.push(returns);
}

function emitFields(struct: LayoutStruct, base: number, code: number[], subroutines: Subroutine[]): void {
  for (const { offset, of } of struct.fields) {
    const at = base + offset;
    if (of.kind === 'struct') emitFields(of.struct, at, code, subroutines);
    else if (of.kind === 'sequence') emitSequence(of.element, at, code, subroutines);
    else if (of.kind === 'array') {
      const { code: element, flags } = plainCode(of.element);
      code.push(address | (arrayCode << 16) | (element << 8) | flags, at, of.length);
    } else {
      const { code: element, flags } = plainCode(of);
      code.push(address | (element << 16) | flags, at);
    }
  }
}

function emitSequence(element: LayoutType, offset: number, code: number[], subroutines: Subroutine[]): void {
  const sequence = address | (sequenceCode << 16);
  if (element.kind !== 'struct') {
    const { code: plain, flags } = plainCode(element);
    code.push(sequence | (plain << 8) | flags, offset);
    return;
  }
  subroutines.push({ at: code.length, jump: code.length + 3, element: element.struct });
  code.push(sequence | (structCode << 8), offset, sizeOf(element), 0);
}

function plainCode(type: LayoutType): { readonly code: number; readonly flags: number } {
  if (type.kind === 'string') return { code: stringCode, flags: 0 };
  if (type.kind !== 'scalar') throw new Error(`${type.kind}: not a plain field`);
  return {
    code: type.scalar === 'bool' ? booleanCode : codes[scalarBytes[type.scalar]],
    flags: flagsOf(type.scalar),
  };
}

function flagsOf(scalar: Scalar): number {
  if (scalar.startsWith('float')) return floatFlag;
  return scalar.startsWith('int') ? signedFlag : 0;
}
