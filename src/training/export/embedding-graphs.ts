import { embeddingEpsilon, objectRim } from '../discriminate/embedding-model.js';
import { embeddingGeometry, type FoldedEmbedding } from '../discriminate/fold-embedding.js';
import { networkGeometry } from '../network/spec.js';
import { createGraph, type Graph } from '../onnx/graph.js';
import type { Value } from '../onnx/graph-writer.js';
import { backbone, scalar, toOihw, unit } from './siamese-graphs.js';

/** embed.onnx: `template` uint8 [1,3,s,s] -> `features` float32 [1,d,1,1], a unit vector. */
export function embedGraph(folded: FoldedEmbedding): Graph {
  const { spec, projection } = folded;
  const { templateCells, channels } = networkGeometry(spec);
  const graph = createGraph(`${spec.name}-embed`);
  const crop = graph.input('template', 'uint8', [1, 3, spec.templateSize, spec.templateSize]);
  const cells = backbone(graph, crop, folded.backbone, spec);
  // the mean of the cells the object covers, see embedCells()
  const rim = objectRim(templateCells);
  const inner = [2, 3].reduce(
    (x, axis) => graph.slice(x, { axis, start: rim, end: templateCells - rim }),
    cells,
  );
  const mean = graph.reshape(graph.reduceMean(inner, [2, 3]), [1, channels, 1, 1]);
  graph.output('features', project(graph, mean, projection));
  return graph;
}

/**
 * embed-search.onnx: `search` uint8 [1,3,s,s], `features` -> `scores` [1,1,n,n], (1 + cosine) / 2 of every window's own vector
 * with `features`. The signature is a Siamese search graph's, so that whatever runs one runs the other; `distances` are
 * those of a square object of the template's own scale, for this model sees places and no extent.
 */
export function embedSearchGraph(folded: FoldedEmbedding): Graph {
  const { spec, projection } = folded;
  const { size, window } = embeddingGeometry(spec);
  const dimension = projection.outputs;
  const graph = createGraph(`${spec.name}-embed-search`);
  const crop = graph.input('search', 'uint8', [1, 3, spec.searchSize, spec.searchSize]);
  const features = graph.input('features', 'float32', [1, dimension, 1, 1]);
  const cells = backbone(graph, crop, folded.backbone, spec);
  const vectors = project(graph, graph.averagePool(cells, { kernel: window }), projection);
  const cosines = graph.matmul(
    graph.reshape(features, [1, dimension]),
    graph.reshape(vectors, [dimension, size ** 2]),
  );
  const halved = graph.add(graph.mul(cosines, scalar(0.5)), scalar(0.5));
  graph.output('scores', graph.reshape(halved, [1, 1, size, size]));
  const half = spec.templateSize / (1 + 2 * spec.context) / 2;
  const extent = graph.initializer('extent', {
    data: new Float32Array(4 * size ** 2).fill(half),
    shape: [1, 4, size, size],
  });
  graph.output('distances', extent);
  return graph;
}

function project(graph: Graph, cells: Value, projection: FoldedEmbedding['projection']): Value {
  const weight = { data: toOihw(projection), shape: [projection.outputs, projection.inputs, 1, 1] };
  return unit(graph, graph.conv(cells, weight), embeddingEpsilon);
}
