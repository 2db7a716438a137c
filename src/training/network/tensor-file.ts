import { readFileSync } from 'node:fs';
import { z } from 'zod';
import { TrainingError } from '../../core/errors.js';
import type { Parameters } from './parameters.js';

/**
 * Named float32 arrays in the safetensors format (8 bytes little-endian header length, JSON header, data): what
 * checkpoints and weights are kept in. `metadata` is a flat map of strings.
 */
export interface TensorFile {
  readonly tensors: Parameters;
  readonly metadata: Readonly<Record<string, string>>;
}

const entry = z.object({
  dtype: z.literal('F32'),
  shape: z.array(z.int().nonnegative()),
  data_offsets: z.tuple([z.int().nonnegative(), z.int().nonnegative()]),
});

/** The arrays in the map's order; the inverse of {@link decodeTensorFile}. */
export function encodeTensorFile({ tensors, metadata }: TensorFile): Uint8Array {
  let offset = 0;
  const header: Record<string, unknown> = { __metadata__: metadata };
  for (const [name, { shape, data }] of tensors) {
    header[name] = { dtype: 'F32', shape, data_offsets: [offset, offset + data.byteLength] };
    offset += data.byteLength;
  }
  const json = JSON.stringify(header);
  const text = Buffer.from(json.padEnd(Math.ceil(Buffer.byteLength(json) / 8) * 8));
  const file = Buffer.alloc(8 + text.length + offset);
  file.writeBigUInt64LE(BigInt(text.length), 0);
  text.copy(file, 8);
  let at = 8 + text.length;
  for (const { data } of tensors.values()) {
    file.set(new Uint8Array(data.buffer, data.byteOffset, data.byteLength), at);
    at += data.byteLength;
  }
  return file;
}

/** @throws TrainingError naming the file when it is missing, cut off or not safetensors of float32. */
export function readTensorFile(path: string): TensorFile {
  try {
    return decodeTensorFile(readFileSync(path));
  } catch (cause) {
    throw new TrainingError(`${path}: not a readable safetensors file`, { cause });
  }
}

/** Bytes of a tensor file -> its arrays, copied. @throws an error of any kind when they are torn. */
export function decodeTensorFile(file: Buffer): TensorFile {
  const length = Number(file.readBigUInt64LE(0));
  const header = JSON.parse(file.toString('utf8', 8, 8 + length)) as Record<string, unknown>;
  const { __metadata__: metadata = {}, ...entries } = header;
  const tensors: Parameters = new Map();
  for (const [name, value] of Object.entries(entries)) {
    const {
      shape,
      data_offsets: [start, end],
    } = entry.parse(value);
    if (8 + length + end > file.length) throw new RangeError(`${name} reaches beyond the end of the file`);
    if (end - start !== 4 * shape.reduce((product, side) => product * side, 1))
      throw new RangeError(`${name}: ${end - start} bytes for the shape [${shape.join(', ')}] of float32`);
    const bytes = Uint8Array.from(file.subarray(8 + length + start, 8 + length + end));
    tensors.set(name, { shape, data: new Float32Array(bytes.buffer) });
  }
  return { tensors, metadata: z.record(z.string(), z.string()).parse(metadata) };
}
