import onnxProto, { type onnx } from 'onnx-proto';
import { ModelError } from '../../../core/errors.js';
import { encodeAttribute } from '../../onnx/attribute.js';
import { elementCode, rawBytes } from '../../onnx/element-type.js';
import { readModel, type ReadInitializer, type ReadModel, type ReadNode } from '../../onnx/model-reader.js';

/** A graph as the passes see it: plain values; every pass answers a new one. */
export type ModelGraph = ReadModel;
export type GraphNode = ReadNode;
export type Initializer = ReadInitializer;

/**
 * Reads a model so that it can be written again.
 * @param origin names the file in errors
 * @throws ModelError when the bytes are no ONNX model with static shapes, or a node carries what would be lost on the way.
 */
export function readGraph(bytes: Uint8Array, origin: string): ModelGraph {
  // a Buffer's slices share its memory, a Uint8Array's do not
  const own = Uint8Array.from(bytes);
  let graph: ModelGraph;
  try {
    graph = readModel(own);
  } catch (cause) {
    throw new ModelError(`${origin}: ${cause instanceof Error ? cause.message : String(cause)}`, { cause });
  }
  const raw = onnxProto.onnx.ModelProto.decode(own).graph?.node ?? [];
  for (const [index, node] of graph.nodes.entries()) {
    if (Object.keys(node.attributes).length === (raw[index]?.attribute ?? []).length) continue;
    throw new ModelError(
      `${origin}: ${node.operator} "${node.name}" has an attribute that is a tensor or a graph: not supported`,
    );
  }
  return graph;
}

/** The model as protobuf; the same graph gives the same bytes. Tensors named in `expose` become outputs too. */
export function writeGraph(model: ModelGraph, expose: readonly string[] = []): Uint8Array {
  const declared = new Set(model.outputs.map(({ name }) => name));
  const { ModelProto } = onnxProto.onnx;
  const proto = ModelProto.create({
    irVersion: 8,
    producerName: 'tagalong',
    opsetImport: [...model.opsets].map(([domain, version]) => ({ domain, version })),
    graph: {
      name: model.graphName,
      node: model.nodes.map(({ operator, attributes, inputs, outputs, ...node }) => ({
        ...node,
        opType: operator,
        input: [...inputs],
        output: [...outputs],
        attribute: Object.entries(attributes).map(([key, value]) => encodeAttribute(key, value)),
      })),
      initializer: [...model.initializers.values()].map(({ name, type, shape, data }) => ({
        name,
        dims: [...shape],
        dataType: elementCode(type),
        rawData: rawBytes(data).slice(),
      })),
      input: model.inputs.map(valueInfo),
      output: [
        ...model.outputs.map(valueInfo),
        // onnxruntime infers the shape
        ...expose
          .filter((name) => !declared.has(name))
          .map((name) => ({ name, type: { tensorType: { elemType: elementCode('float32') } } })),
      ],
    },
  });
  return Uint8Array.from(ModelProto.encode(proto).finish());
}

/** The node that makes a tensor; null for inputs and initializers. */
export function producerOf(model: ModelGraph, tensor: string): GraphNode | null {
  return model.nodes.find(({ outputs }) => outputs.includes(tensor)) ?? null;
}

export function consumersOf(model: ModelGraph, tensor: string): GraphNode[] {
  return model.nodes.filter(({ inputs }) => inputs.includes(tensor));
}

/** A copy whose initializers of these names hold other numbers. */
export function replaceInitializers(model: ModelGraph, changed: readonly Initializer[]): ModelGraph {
  const initializers = new Map(model.initializers);
  for (const initializer of changed) initializers.set(initializer.name, initializer);
  return { ...model, initializers };
}

/** A copy without the initializers that nothing reads. */
export function dropUnusedInitializers(model: ModelGraph): ModelGraph {
  const read = new Set([
    ...model.nodes.flatMap(({ inputs }) => inputs),
    ...model.outputs.map(({ name }) => name),
  ]);
  return { ...model, initializers: new Map([...model.initializers].filter(([name]) => read.has(name))) };
}

function valueInfo({ name, type, shape }: ModelGraph['inputs'][number]): onnx.IValueInfoProto {
  return {
    name,
    type: {
      tensorType: { elemType: elementCode(type), shape: { dim: shape.map((dimValue) => ({ dimValue })) } },
    },
  };
}
