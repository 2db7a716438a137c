import type { Attributes } from '../../onnx/attribute.js';
import { type ElementArray, type ElementType, typeOfArray } from '../../onnx/element-type.js';
import type { Shape } from '../../onnx/shape.js';
import {
  dropUnusedInitializers,
  type GraphNode,
  type Initializer,
  type ModelGraph,
} from '../graph/model-graph.js';

/** What a pass adds to a graph and redirects in it, collected and then put together in order of execution. */
export class GraphEditor {
  readonly #model: ModelGraph;
  readonly #initializers: Map<string, Initializer>;
  readonly #added: GraphNode[] = [];
  /** Tensors that a node reads in the place of others, by node and place. */
  readonly #rewired = new Map<GraphNode, Map<number, string>>();

  constructor(model: ModelGraph) {
    this.#model = model;
    this.#initializers = new Map(model.initializers);
  }

  constant(name: string, data: ElementArray, shape: Shape, type: ElementType = typeOfArray(data)): string {
    this.#initializers.set(name, { name, type, shape, data });
    return name;
  }

  /** Adds a node with one output, which carries its name. */
  node(operator: string, name: string, inputs: readonly string[], attributes: Attributes = {}): string {
    this.#added.push({ operator, name, domain: '', inputs, outputs: [name], attributes });
    return name;
  }

  /** From now on `node` reads `tensor` at input `place`. */
  rewire(node: GraphNode, place: number, tensor: string): void {
    const places = this.#rewired.get(node) ?? new Map<number, string>();
    this.#rewired.set(node, places.set(place, tensor));
  }

  /** Drops what nothing reads any more. */
  finish(): ModelGraph {
    const nodes = this.#model.nodes.map((node) => this.#applied(node));
    return dropUnusedInitializers(
      dropUnread({
        ...this.#model,
        initializers: this.#initializers,
        nodes: inOrder([...nodes, ...this.#added]),
      }),
    );
  }

  #applied(node: GraphNode): GraphNode {
    const places = this.#rewired.get(node);
    if (!places) return node;
    const inputs = [...node.inputs];
    for (const [place, tensor] of places) inputs[place] = tensor;
    return { ...node, inputs };
  }
}

/** Every node behind those that make what it reads (Kahn 1962); the given order where that leaves a choice. */
function inOrder(nodes: readonly GraphNode[]): GraphNode[] {
  const made = new Set(nodes.flatMap(({ outputs }) => outputs));
  const ready = new Set<string>();
  const ordered: GraphNode[] = [];
  let waiting = [...nodes];
  while (waiting.length > 0) {
    const held: GraphNode[] = [];
    for (const node of waiting) {
      if (node.inputs.some((name) => made.has(name) && !ready.has(name))) held.push(node);
      else {
        ordered.push(node);
        for (const name of node.outputs) ready.add(name);
      }
    }
    if (held.length === waiting.length) throw new RangeError('the graph has a cycle');
    waiting = held;
  }
  return ordered;
}

function dropUnread(model: ModelGraph): ModelGraph {
  let { nodes } = model;
  for (;;) {
    const read = new Set([
      ...nodes.flatMap(({ inputs }) => inputs),
      ...model.outputs.map(({ name }) => name),
    ]);
    const kept = nodes.filter(({ outputs }) => outputs.some((name) => read.has(name)));
    if (kept.length === nodes.length) return { ...model, nodes };
    nodes = kept;
  }
}
