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

/** What the head is asked with: a template's features, a search's, and the extent of the template's target in cells. */
export type Questions = readonly [template: tfjs.Tensor4D, search: tfjs.Tensor4D, extents: tfjs.Tensor2D];

/** The batch's, followed by those of the added rows. */
export function withWrongTemplates(
  tf: Engine['tf'],
  [template, search, extents]: Questions,
  { templates, searches }: Rows,
): Questions {
  if (templates.length === 0) return [template, search, extents];
  return [
    tf.concat([template, pick(tf, template, templates)], 0),
    tf.concat([search, pick(tf, search, searches)], 0),
    tf.concat([extents, tf.gather(extents, [...templates])], 0),
  ];
}

/** Rows of a batch by their numbers, as a product with a selection matrix, whose gradient every engine has. */
function pick(tf: Engine['tf'], batch: tfjs.Tensor4D, rows: readonly number[]): tfjs.Tensor4D {
  const [count, height, width, channels] = batch.shape;
  const selection = tf.oneHot(tf.tensor1d([...rows], 'int32'), count, 1, 0, 'float32') as tfjs.Tensor2D;
  const flat = batch.reshape<tfjs.Tensor2D>([count, height * width * channels]);
  return tf.matMul(selection, flat).reshape([rows.length, height, width, channels]);
}
