import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { TrainingError } from '../../core/errors.js';
import { type ModelContract, parseModelContract } from '../../core/model/contract.js';
import type { JobKind } from '../jobs/job.js';
import { lookAt } from '../jobs/look.js';
import { storeFiles } from '../store/clip.js';
import type { MineSetup } from './mine-messages.js';

export const mineKindName = 'mine';

/**
 * A mining job: one clip of a store, followed by the network of a model folder; its result is the clip's ClipYield.
 * @param networkModule URL of a module that exports `openNetwork(modelDir): Promise<Network>`
 */
export function mineKind(networkModule: string): JobKind {
  return {
    name: mineKindName,
    module: new URL('./mine-worker.js', import.meta.url),
    local: { networkModule },
    look: async ({ name, setup }) => {
      const { storeDir, modelDir } = setup as MineSetup;
      const { template, search } = await readMiner(modelDir);
      return lookAt([
        join(storeDir, storeFiles.index),
        join(storeDir, storeFiles.proposals(name)),
        join(modelDir, 'contract.json'),
        join(modelDir, template.file),
        join(modelDir, search.file),
      ]);
    },
  };
}

/** The contract of the network that mines. @throws TrainingError */
export async function readMiner(modelDir: string): Promise<ModelContract> {
  const path = join(modelDir, 'contract.json');
  try {
    return parseModelContract(await readFile(path, 'utf8'), path);
  } catch (cause) {
    throw new TrainingError(`${path}: no readable model (the fit of the round before has not finished)`, {
      cause,
    });
  }
}
