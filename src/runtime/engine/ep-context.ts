import onnxProto, { type onnx } from 'onnx-proto';
import type { GraphSignature, TensorSignature } from '../inference/graph-signature.js';

export interface WrappedEngine {
  /** What trtexec saved. */
  readonly engine: Uint8Array;
  /** The tensors of the graph that the engine was built of, in its own order. */
  readonly signature: GraphSignature;
  readonly graphName: string;
  /** Such as `8.7`. */
  readonly computeCapability: string;
  readonly tensorrt: string;
  /** File name of the graph that the engine was built of. */
  readonly sourceFile: string;
}

/** onnx.proto, TensorProto.DataType. */
const elementCodes = { float32: 1, uint8: 2 } as const;

/**
 * An ONNX model of one EPContext node that carries a TensorRT engine inside (onnxruntime, contrib_defs.cc, com.microsoft.EPContext): the
 * only way to hand onnxruntime-node an engine, as none of TensorRT's own options reach it from JavaScript.
 */
export function wrapEngine(wrapped: WrappedEngine): Uint8Array {
  const { signature, graphName } = wrapped;
  const { ModelProto } = onnxProto.onnx;
  const model = ModelProto.create({
    irVersion: 8,
    producerName: 'tagalong',
    opsetImport: [
      { domain: '', version: 17 },
      { domain: 'com.microsoft', version: 1 },
    ],
    graph: {
      name: graphName,
      node: [
        {
          opType: 'EPContext',
          name: `${graphName}_engine`,
          domain: 'com.microsoft',
          input: signature.inputs.map(({ name }) => name),
          output: signature.outputs.map(({ name }) => name),
          attribute: attributesOf(wrapped),
        },
      ],
      input: signature.inputs.map(valueInfo),
      output: signature.outputs.map(valueInfo),
    },
  });
  return Uint8Array.from(ModelProto.encode(model).finish());
}

function attributesOf({
  engine,
  computeCapability,
  tensorrt,
  sourceFile,
}: WrappedEngine): onnx.IAttributeProto[] {
  const { INT, STRING } = onnxProto.onnx.AttributeProto.AttributeType;
  const bytes = (name: string, s: Uint8Array): onnx.IAttributeProto => ({ name, type: STRING, s });
  const text = (name: string, value: string) => bytes(name, new TextEncoder().encode(value));
  return [
    { name: 'main_context', type: INT, i: 1 },
    { name: 'embed_mode', type: INT, i: 1 },
    bytes('ep_cache_context', engine),
    // onnxruntime writes 87 for 8.7
    text('hardware_architecture', computeCapability.replace('.', '')),
    text('ep_sdk_version', tensorrt),
    text('onnx_model_filename', sourceFile),
    text('source', 'TensorrtExecutionProvider'),
  ];
}

function valueInfo({ name, type, shape }: TensorSignature): onnx.IValueInfoProto {
  const dim = shape.map((dimValue) => ({ dimValue }));
  return { name, type: { tensorType: { elemType: elementCodes[type], shape: { dim } } } };
}
