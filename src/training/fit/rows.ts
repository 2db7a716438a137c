import type * as tfjs from '@tensorflow/tfjs';
import type { PairFacts } from '../data/pair-batch.js';
import type { Engine } from '../engine/types.js';
import { hardestTemplates } from '../losses/hardest-templates.js';

/** Rows that are added to a batch: a sample's search with another sample's template. */
export interface Rows {
  /** The samples whose templates are taken. */
  readonly templates: readonly number[];
  /** The samples that are searched, one each. */
  readonly searches: readonly number[];
}

/**
 * The first `share` of a batch, each with the template of another clip that looks most like its own.
 * @param templates features [batch, cells, cells, channels]
 */
export function hardestRows(
  tf: Engine['tf'],
  templates: tfjs.Tensor4D,
  facts: readonly PairFacts[],
  share: number,
): Rows {
  const clips = facts.map(({ clip }) => clip);
  const others = hardestTemplates(tf, templates, clips).slice(0, Math.floor(facts.length * share));
  return {
    templates: others.filter((other) => other >= 0),
    searches: others.flatMap((other, sample) => (other >= 0 ? [sample] : [])),
  };
}

/** Features of the batch, followed by those of the added rows. */
export function withWrongTemplates(
  tf: Engine['tf'],
  template: tfjs.Tensor4D,
  search: tfjs.Tensor4D,
  { templates, searches }: Rows,
): [tfjs.Tensor4D, tfjs.Tensor4D] {
  if (templates.length === 0) return [template, search];
  return [
    tf.concat([template, pick(tf, template, templates)], 0),
    tf.concat([search, pick(tf, search, searches)], 0),
  ];
}

/** Rows of a batch by their numbers, as a product with a selection matrix, whose gradient every engine has. */
function pick(tf: Engine['tf'], batch: tfjs.Tensor4D, rows: readonly number[]): tfjs.Tensor4D {
  const [count, height, width, channels] = batch.shape;
  const selection = tf.oneHot(tf.tensor1d([...rows], 'int32'), count, 1, 0, 'float32') as tfjs.Tensor2D;
  const flat = batch.reshape<tfjs.Tensor2D>([count, height * width * channels]);
  return tf.matMul(selection, flat).reshape([rows.length, height, width, channels]);
}
