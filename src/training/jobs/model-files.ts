import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { TrainingError } from '../../core/errors.js';
import { type ModelContract, parseModelContract } from '../../core/model/contract.js';

/** Paths of the contract of a model folder and of the graphs it names. @throws TrainingError without a readable contract. */
export async function modelFiles(modelDir: string): Promise<string[]> {
  const { template, search } = await readContract(modelDir, 'no readable model');
  return ['contract.json', template.file, search.file].map((file) => join(modelDir, file));
}

/** @throws TrainingError with this reason. */
export async function readContract(modelDir: string, reason: string): Promise<ModelContract> {
  const path = join(modelDir, 'contract.json');
  try {
    return parseModelContract(await readFile(path, 'utf8'), path);
  } catch (cause) {
    throw new TrainingError(`${path}: ${reason}`, { cause });
  }
}
