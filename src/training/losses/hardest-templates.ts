import type * as tfjs from '@tensorflow/tfjs';
import type { Engine } from '../engine/types.js';

/**
 * For every sample the other sample whose template looks most like its own (cosine of the mean features), never one of
 * the same clip, which may show the same object: hard negatives across the batch.
 *
 * @param features [batch, cells, cells, channels] of the templates
 * @param clips number of each sample's clip
 * @returns index of a sample, -1 where every other is of the same clip
 */
export function hardestTemplates(
  tf: Engine['tf'],
  features: tfjs.Tensor4D,
  clips: readonly number[],
): number[] {
  const cosines = tf.tidy(() => {
    const mean = tf.mean<tfjs.Tensor2D>(features, [1, 2]);
    const unit = tf.div<tfjs.Tensor2D>(mean, tf.add(tf.norm(mean, 2, 1, true), 1e-6));
    return tf.matMul(unit, unit, false, true).dataSync();
  });
  return clips.map((clip, sample) => {
    let hardest = -1;
    clips.forEach((other, index) => {
      if (other === clip) return;
      const at = sample * clips.length;
      if (hardest < 0 || cosines[at + index]! > cosines[at + hardest]!) hardest = index;
    });
    return hardest;
  });
}
