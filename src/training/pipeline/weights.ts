import { existsSync } from 'node:fs';
import { basename, join } from 'node:path';
import { TrainingError } from '../../core/errors.js';
import type { Parameters } from '../network/parameters.js';
import { readTensorFile } from '../network/tensor-file.js';
import { devFiles } from './dev-selection.js';
import { adoptedFile, type TrainingRun } from './training-run.js';

/**
 * The weights a stage hands on: those taken over from a model, if they were; the best on the development sequences where the run has any, else the averaged ones of its
 * last checkpoint. @throws TrainingError when the stage has not run.
 */
export function weightsOf({ dev }: Pick<TrainingRun, 'dev'>, stageDir: string) {
  const best = join(stageDir, devFiles.weights);
  const adopted = join(stageDir, adoptedFile);
  if (existsSync(adopted))
    return { name: `${basename(stageDir)}/adopted`, parameters: readTensorFile(adopted).tensors };
  return dev && existsSync(best)
    ? { name: `${basename(stageDir)}/best`, parameters: readTensorFile(best).tensors }
    : { name: basename(stageDir), parameters: averageOf(stageDir) };
}

/** The averaged weights of a stage's checkpoint. @throws TrainingError when the stage has not run. */
export function averageOf(stageDir: string): Parameters {
  return readAverage(stageDir).average;
}

/** The same with the steps they have seen. */
export function readAverage(stageDir: string): { readonly step: number; readonly average: Parameters } {
  const { tensors, metadata } = readTensorFile(join(stageDir, 'checkpoint.safetensors'));
  const average = new Map(
    [...tensors]
      .filter(([name]) => name.startsWith('average/'))
      .map(([name, value]) => [name.slice('average/'.length), value]),
  );
  if (average.size === 0) throw new TrainingError(`${stageDir}: the checkpoint holds no averaged weights`);
  return { step: Number(metadata['step']), average };
}
