import { ModelError } from '../../core/errors.js';

/** Element types the writer knows, named as onnxruntime names them. */
export type ElementType = 'float32' | 'uint8' | 'int8' | 'int32' | 'int64' | 'bool' | 'float16';

/** Arrays that hold elements; `float16` as its raw 16 bits. */
export type ElementArray = Float32Array | Uint8Array | Int8Array | Int32Array | BigInt64Array | Uint16Array;

/** onnx.proto, TensorProto.DataType. */
const codes: Readonly<Record<ElementType, number>> = {
  float32: 1,
  uint8: 2,
  int8: 3,
  int32: 6,
  int64: 7,
  bool: 9,
  float16: 10,
};

export function elementCode(type: ElementType): number {
  return codes[type];
}

/** @throws ModelError for a type the writer does not know. */
export function elementTypeOf(code: number): ElementType {
  for (const [type, value] of Object.entries(codes)) {
    if (value === code) return type as ElementType;
  }
  throw new ModelError(`element type ${code} is not supported`);
}

/** The element type an array stands for by itself; `Uint8Array` is uint8, `Uint16Array` float16. */
export function typeOfArray(data: ElementArray): Exclude<ElementType, 'bool'> {
  if (data instanceof Float32Array) return 'float32';
  if (data instanceof Uint8Array) return 'uint8';
  if (data instanceof Int8Array) return 'int8';
  if (data instanceof Int32Array) return 'int32';
  if (data instanceof BigInt64Array) return 'int64';
  return 'float16';
}

/** The bytes of an array, little-endian as ONNX wants them (every platform this runs on is). No copy. */
export function rawBytes(data: ElementArray): Uint8Array {
  return new Uint8Array(data.buffer, data.byteOffset, data.byteLength);
}

/** Typed array over a copy of raw little-endian bytes. */
export function arrayFromRaw(type: ElementType, raw: Uint8Array): ElementArray {
  const { buffer } = Uint8Array.from(raw); // aligned at 0; a Buffer's slice() would share its pool
  switch (type) {
    case 'float32':
      return new Float32Array(buffer);
    case 'uint8':
    case 'bool':
      return new Uint8Array(buffer);
    case 'int8':
      return new Int8Array(buffer);
    case 'int32':
      return new Int32Array(buffer);
    case 'int64':
      return new BigInt64Array(buffer);
    case 'float16':
      return new Uint16Array(buffer);
  }
}
