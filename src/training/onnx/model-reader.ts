import onnxProto, { type onnx } from 'onnx-proto';
import { ModelError } from '../../core/errors.js';
import { decodeAttribute, type Attributes } from './attribute.js';
import { arrayFromRaw, elementTypeOf, type ElementArray } from './element-type.js';
import type { Value } from './graph-writer.js';

export interface ReadNode {
  readonly operator: string;
  readonly name: string;
  readonly domain: string;
  /** Names; an optional input left out is ''. */
  readonly inputs: readonly string[];
  readonly outputs: readonly string[];
  readonly attributes: Attributes;
}

export interface ReadInitializer extends Value {
  readonly data: ElementArray;
}

/** What an ONNX file holds, as plain values. */
export interface ReadModel {
  readonly producer: string;
  readonly graphName: string;
  /** Operator-set version by domain; '' is ONNX itself. */
  readonly opsets: ReadonlyMap<string, number>;
  readonly inputs: readonly Value[];
  readonly outputs: readonly Value[];
  readonly initializers: ReadonlyMap<string, ReadInitializer>;
  /** In the order of execution. */
  readonly nodes: readonly ReadNode[];
}

/**
 * Reads a model with static shapes, such as the writer makes.
 * @throws ModelError when the bytes are no ONNX model, or one with dynamic shapes, external data or non-tensor values.
 */
export function readModel(bytes: Uint8Array): ReadModel {
  const model = decode(bytes);
  const { graph } = model;
  if (!graph) throw new ModelError('the ONNX model holds no graph');
  const initializers = (graph.initializer ?? []).map(readInitializer);
  const isInitializer = new Set(initializers.map(({ name }) => name));
  return {
    producer: model.producerName,
    graphName: graph.name ?? '',
    opsets: new Map(model.opsetImport.map(({ domain, version }) => [domain ?? '', Number(version)])),
    // older writers list the initializers among the inputs
    inputs: (graph.input ?? []).map(readValue).filter(({ name }) => !isInitializer.has(name)),
    outputs: (graph.output ?? []).map(readValue),
    initializers: new Map(initializers.map((initializer) => [initializer.name, initializer])),
    nodes: (graph.node ?? []).map(readNode),
  };
}

function decode(bytes: Uint8Array): onnx.ModelProto {
  try {
    return onnxProto.onnx.ModelProto.decode(bytes);
  } catch (cause) {
    throw new ModelError('not an ONNX model', { cause });
  }
}

function readNode({ opType, name, domain, input, output, attribute }: onnx.INodeProto): ReadNode {
  const attributes = (attribute ?? []).flatMap((entry) => {
    const value = decodeAttribute(entry);
    return value === null ? [] : [[entry.name ?? '', value] as const];
  });
  return {
    operator: opType ?? '',
    name: name ?? '',
    domain: domain ?? '',
    inputs: input ?? [],
    outputs: output ?? [],
    attributes: Object.fromEntries(attributes),
  };
}

function readValue({ name, type }: onnx.IValueInfoProto): Value {
  const tensor = type?.tensorType;
  if (!tensor) throw new ModelError(`"${name ?? ''}" is not a tensor`);
  const shape = (tensor.shape?.dim ?? []).map(({ dimValue }) => Number(dimValue ?? 0));
  if (shape.includes(0)) throw new ModelError(`"${name ?? ''}" has no static shape`);
  return { name: name ?? '', type: elementTypeOf(tensor.elemType ?? 0), shape };
}

function readInitializer(tensor: onnx.ITensorProto): ReadInitializer {
  const type = elementTypeOf(tensor.dataType ?? 0);
  const value = { name: tensor.name ?? '', type, shape: (tensor.dims ?? []).map(Number) };
  if (tensor.rawData?.length) return { ...value, data: arrayFromRaw(type, tensor.rawData) };
  if (type === 'float32') return { ...value, data: Float32Array.from(tensor.floatData ?? []) };
  if (type === 'int64') {
    return { ...value, data: BigInt64Array.from((tensor.int64Data ?? []).map(Number), BigInt) };
  }
  throw new ModelError(`initializer "${value.name}" (${type}) holds no raw data`);
}
