import type { ModelContract } from '../../core/model/contract.js';
import { evaluateWith } from '../../training/evaluate/evaluate.js';
import { type AucOf, formFolder, type TrackingScores, writeVariant } from '../../training/quantize/index.js';
import { temporaryFolder } from '../temporary-folder.js';
import { openWorkerPool } from '../evaluation/worker-pool.js';

/** Runs the float model and both written forms over sequences with ground truth, one after the other. */
export async function scoreModels(
  sequences: string,
  float: string,
  out: string,
  signal: AbortSignal,
): Promise<Record<'fp32' | 'int8-cpu' | 'int8-trt', TrackingScores>> {
  const score = (model: string): Promise<TrackingScores> => scoreModel(sequences, model, signal);
  return {
    fp32: await score(float),
    'int8-cpu': await score(out),
    'int8-trt': await score(formFolder(out, 'int8-trt')),
  };
}

/** Runs a model with one layer in 8 bits over the sequences; its folder is a passing one. */
export function layerAuc(sequences: string, contract: ModelContract, signal: AbortSignal): AucOf {
  return async (graphs) => {
    await using scratch = await temporaryFolder('layer');
    await writeVariant(scratch.path, contract, 'int8-cpu', graphs);
    const { auc } = await scoreModel(sequences, scratch.path, signal);
    return auc ?? Number.NaN;
  };
}

async function scoreModel(sequences: string, model: string, signal: AbortSignal): Promise<TrackingScores> {
  await using pool = await openWorkerPool(1, { model, parameters: {} });
  const { mean, msPerFrame } = await evaluateWith(pool.run, { sequences, signal });
  signal.throwIfAborted();
  return { auc: mean.auc, precision20: mean.precision20, msPerUpdate: msPerFrame.median };
}
