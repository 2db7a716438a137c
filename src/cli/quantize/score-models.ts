import { evaluateWith } from '../../training/evaluate/evaluate.js';
import { formFolder, type TrackingScores } from '../../training/quantize/index.js';
import { openWorkerPool } from '../evaluation/worker-pool.js';

/** Runs the float model and both written forms over sequences with ground truth, one after the other. */
export async function scoreModels(
  sequences: string,
  float: string,
  out: string,
  signal: AbortSignal,
): Promise<Record<'fp32' | 'int8-cpu' | 'int8-trt', TrackingScores>> {
  const score = async (model: string): Promise<TrackingScores> => {
    await using pool = await openWorkerPool(1, { model, parameters: {} });
    const { mean, msPerFrame } = await evaluateWith(pool.run, { sequences, signal });
    signal.throwIfAborted();
    return { auc: mean.auc, precision20: mean.precision20, msPerUpdate: msPerFrame.median };
  };
  return {
    fp32: await score(float),
    'int8-cpu': await score(out),
    'int8-trt': await score(formFolder(out, 'int8-trt')),
  };
}
