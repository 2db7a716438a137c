import { type FoldedLayer, foldStack } from '../network/fold.js';
import { type Parameters, requireParameter } from '../network/parameters.js';
import { networkGeometry, type NetworkSpec } from '../network/spec.js';
import { objectRim } from './embedding-model.js';

/** The background-discrimination model as it is used: plain convolutions, then the linear layer. */
export interface FoldedEmbedding {
  readonly spec: NetworkSpec;
  readonly backbone: readonly FoldedLayer[];
  /** The linear layer as a 1x1 convolution without bias. */
  readonly projection: FoldedLayer;
}

/** Folds the running statistics of batch normalisation into the backbone. */
export function foldEmbedding(parameters: Parameters, spec: NetworkSpec): FoldedEmbedding {
  const { shape, data } = requireParameter(parameters, 'embedding.filter');
  const [inputs, outputs] = shape as [number, number];
  return {
    spec,
    backbone: foldStack(parameters, 'backbone', spec.backbone, 'template'),
    projection: {
      kernel: 1,
      stride: 1,
      padding: 0,
      relu: false,
      inputs,
      outputs,
      filter: data,
      bias: new Float32Array(outputs),
    },
  };
}

/**
 * Where the dense form looks: window (row, column) of `size` x `size` averages `window` x `window` cells of a search crop
 * and sees an object centred at crop pixel offset + index * stride.
 */
export function embeddingGeometry(spec: NetworkSpec): {
  readonly window: number;
  readonly size: number;
  readonly stride: number;
  readonly offset: number;
} {
  const { templateCells, searchCells, stride } = networkGeometry(spec);
  const rim = objectRim(templateCells);
  const window = templateCells - 2 * rim;
  // in a template crop the object lies at the centre and its window begins `rim` cells in: the same distance holds here
  return { window, size: searchCells - window + 1, stride, offset: spec.templateSize / 2 - rim * stride };
}
