import { ModelError } from '../errors.js';
import type { ModelContract } from './contract.js';

/** What the template graph makes of a template crop: channels x height x width, row-major. */
export interface TemplateFeatures {
  readonly data: Float32Array;
  readonly shape: readonly [channels: number, height: number, width: number];
  /**
   * Width and height of the target in the template crop, in crop pixels: what of the crop was meant. The crop cannot tell, see
   * extentInCrop(). Networks whose contract says `search.extent` need it.
   */
  readonly extent?: Extent | undefined;
}

export type Extent = readonly [width: number, height: number];

/** @throws ModelError when features come without the extent that the network needs. */
export function requireExtent({ extent }: TemplateFeatures): Extent {
  if (extent === undefined)
    throw new ModelError('the network needs to know the extent of the target in its template');
  return extent;
}

/** What the search graph answers: a `size` x `size` grid, row-major, cell (row, column) over the search crop. */
export interface Response {
  readonly size: number;
  /** `size * size` target probabilities in 0..1. */
  readonly scores: Float32Array;
  /** `4 * size * size`: planes left, top, right, bottom: distances from the cell's centre to the box sides, in crop pixels; negative beside the box. */
  readonly distances: Float32Array;
  /** The features behind the answer: channels x size x size, unit length over channels; absent when the model keeps them to itself. */
  readonly cells?: Float32Array;
}

/**
 * The Siamese network, whatever runs it (onnxruntime in runtime, tfjs in training): what training evaluates is what ships.
 *
 * Crops are uint8 RGB in CHW order (3 x size x size), sizes given by the contract; normalisation is inside the network.
 * Buffers handed in may be reused by the caller after the promise settles; the response's arrays are valid until the
 * next call of `respond`. Calls do not overlap. `dispose` is idempotent.
 */
export interface Network {
  readonly contract: ModelContract;
  embed(templateCrop: Uint8Array): Promise<TemplateFeatures>;
  respond(template: TemplateFeatures, searchCrop: Uint8Array): Promise<Response>;
  dispose(): Promise<void>;
}
