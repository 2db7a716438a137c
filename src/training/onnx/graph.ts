import { createGraphWriter, type GraphOptions, type GraphWriter } from './graph-writer.js';
import { algebraOperators, type AlgebraOperators } from './operators/algebra.js';
import { convolutionOperators, type ConvolutionOperators } from './operators/convolution.js';
import { elementwiseOperators, type ElementwiseOperators } from './operators/elementwise.js';
import { layoutOperators, type LayoutOperators } from './operators/layout.js';

/** A graph under construction with the operators this project uses as methods; any other operator through `node`. */
export interface Graph
  extends GraphWriter, ConvolutionOperators, ElementwiseOperators, LayoutOperators, AlgebraOperators {}

/**
 * An empty ONNX graph, written by `tagalong`.
 *
 * Every value carries its static shape; an operator that does not fit its inputs throws a ModelError when it is added,
 * not when the file is loaded.
 */
export function createGraph(name: string, options: GraphOptions = {}): Graph {
  const writer = createGraphWriter(name, options);
  // the writer itself is extended, not copied: its getters (parameters, multiplyAdds) stay live
  return Object.assign(writer, {
    ...convolutionOperators(writer),
    ...elementwiseOperators(writer),
    ...layoutOperators(writer),
    ...algebraOperators(writer),
  });
}
