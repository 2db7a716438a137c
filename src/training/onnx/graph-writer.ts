import onnxProto, { type onnx } from 'onnx-proto';
import { ModelError } from '../../core/errors.js';
import { encodeAttribute, type Attributes } from './attribute.js';
import { elementCode, rawBytes, typeOfArray, type ElementArray, type ElementType } from './element-type.js';
import { elementCount, sameShape, showShape, type Shape } from './shape.js';

/** A tensor of the graph: an input, an initializer, or what a node makes. */
export interface Value {
  readonly name: string;
  readonly type: ElementType;
  readonly shape: Shape;
}

/** Numbers written into the graph. */
export interface Constant {
  readonly data: ElementArray;
  readonly shape: Shape;
  /** Where the array alone does not say it: `bool` held in a Uint8Array. */
  readonly type?: ElementType;
}

export interface NodeOptions {
  /** What the node makes, in order. */
  readonly outputs: readonly Pick<Value, 'type' | 'shape'>[];
  readonly attributes?: Attributes;
  /** Unique; made from the operator and a counter when absent. The first output carries it too. */
  readonly name?: string;
  /** Empty: ONNX itself. */
  readonly domain?: string;
  /** Multiply-adds of one run, added to the graph's count. */
  readonly multiplyAdds?: number;
}

/** Builds one ONNX graph, node by node in the order of execution. The same calls make the same bytes. */
export interface GraphWriter {
  readonly name: string;
  input(name: string, type: ElementType, shape: Shape): Value;
  /** Declares `value` an output called `name`. */
  output(name: string, value: Value): void;
  initializer(name: string, constant: Constant): Value;
  /** `value` itself, or an initializer made of it: `name`, with a number behind it when that is taken. */
  constant(value: Value | Constant, name: string): Value;
  node(
    operator: string,
    inputs: readonly (Value | null)[],
    options: NodeOptions,
  ): readonly [Value, ...Value[]];
  /** A name nothing has yet. */
  freshName(stem: string): string;
  /** Numbers in all float initializers. */
  readonly parameters: number;
  /** Multiply-adds of convolutions and matrix products in one run. */
  readonly multiplyAdds: number;
  /** The model as protobuf. @throws ModelError when there is no output. */
  toBytes(): Uint8Array;
}

export interface GraphOptions {
  /** Version of ONNX's operator set. */
  readonly opset?: number;
}

/** onnx.proto 1.10 .. 1.12: the IR version that belongs to operator sets 15 to 17. */
const irVersion = 8;

export function createGraphWriter(graphName: string, { opset = 17 }: GraphOptions = {}): GraphWriter {
  const values = new Map<string, Value>();
  const counters = new Map<string, number>();
  const domains = new Set<string>(['']);
  const graph = {
    name: graphName,
    node: [] as onnx.INodeProto[],
    initializer: [] as onnx.ITensorProto[],
    input: [] as onnx.IValueInfoProto[],
    output: [] as onnx.IValueInfoProto[],
  };
  const cost = { parameters: 0, multiplyAdds: 0 };

  const fail = (problem: string): never => {
    throw new ModelError(`graph "${graphName}": ${problem}`);
  };

  const define = (value: Value): Value => {
    if (values.has(value.name)) fail(`"${value.name}" is defined twice`);
    if (value.shape.some((size) => !Number.isInteger(size) || size < 1)) {
      fail(`"${value.name}" has shape ${showShape(value.shape)}`);
    }
    values.set(value.name, value);
    return value;
  };

  const known = (value: Value): string => {
    if (values.get(value.name) !== value) fail(`"${value.name}" is not a value of this graph`);
    return value.name;
  };

  const freshName = (stem: string): string => {
    const count = counters.get(stem) ?? 0;
    counters.set(stem, count + 1);
    const name = `${stem}_${count}`;
    return values.has(name) ? freshName(stem) : name;
  };

  const writer: GraphWriter = {
    name: graphName,
    get parameters() {
      return cost.parameters;
    },
    get multiplyAdds() {
      return cost.multiplyAdds;
    },
    freshName,

    input(name, type, shape) {
      const value = define({ name, type, shape });
      graph.input.push(valueInfo(value));
      return value;
    },

    output(name, value) {
      const source = known(value);
      if (graph.output.some((output) => output.name === name)) fail(`output "${name}" is declared twice`);
      // an output is a value's own name: an Identity gives it where the producer chose another
      const named = source === name ? value : define({ ...value, name });
      if (source !== name) graph.node.push({ opType: 'Identity', name, input: [source], output: [name] });
      graph.output.push(valueInfo(named));
    },

    initializer(name, { data, shape, type = typeOfArray(data) }) {
      if (data.length !== elementCount(shape)) {
        fail(`initializer "${name}" of shape ${showShape(shape)} got ${data.length} numbers`);
      }
      const value = define({ name, type, shape });
      graph.initializer.push({
        name,
        dims: [...shape],
        dataType: elementCode(type),
        rawData: rawBytes(data).slice(),
      });
      if (type === 'float32' || type === 'float16') cost.parameters += data.length;
      return value;
    },

    constant(value, name) {
      if (!('data' in value)) return value;
      return writer.initializer(values.has(name) ? freshName(name) : name, value);
    },

    node(operator, inputs, { outputs, attributes = {}, name, domain = '', multiplyAdds = 0 }) {
      const nodeName = name ?? freshName(operator.toLowerCase());
      const made = outputs.map(({ type, shape }, index) =>
        define({ name: index === 0 ? nodeName : `${nodeName}:${index}`, type, shape }),
      );
      const [first, ...rest] = made;
      if (first === undefined) return fail(`${operator} "${nodeName}" makes nothing`);
      graph.node.push({
        opType: operator,
        name: nodeName,
        domain,
        input: inputs.map((value) => (value === null ? '' : known(value))),
        output: made.map((value) => value.name),
        attribute: Object.entries(attributes).map(([key, value]) => encodeAttribute(key, value)),
      });
      domains.add(domain);
      cost.multiplyAdds += multiplyAdds;
      return [first, ...rest];
    },

    toBytes() {
      if (graph.output.length === 0) fail('has no output');
      const model = onnxProto.onnx.ModelProto.create({
        irVersion,
        producerName: 'tagalong',
        opsetImport: [...domains].map((domain) => ({ domain, version: domain === '' ? opset : 1 })),
        graph,
      });
      return Uint8Array.from(onnxProto.onnx.ModelProto.encode(model).finish());
    },
  };
  return writer;
}

/** Throws unless two values agree in type and shape; for operators that cannot broadcast. */
export function requireSame(a: Value, b: Value, operator: string): void {
  if (a.type === b.type && sameShape(a.shape, b.shape)) return;
  throw new ModelError(`${operator}: ${describeValue(a)} against ${describeValue(b)}`);
}

/** `"name" float32 [1, 3]`, for messages. */
export function describeValue({ name, type, shape }: Value): string {
  return `"${name}" ${type} ${showShape(shape)}`;
}

function valueInfo({ name, type, shape }: Value): onnx.IValueInfoProto {
  return {
    name,
    type: {
      tensorType: { elemType: elementCode(type), shape: { dim: shape.map((dimValue) => ({ dimValue })) } },
    },
  };
}
