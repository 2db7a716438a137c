import { join } from 'node:path';
import type { JobKind } from '../jobs/job.js';
import { lookAt } from '../jobs/look.js';
import { modelFiles } from '../jobs/model-files.js';
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
      const clip = [join(storeDir, storeFiles.index), join(storeDir, storeFiles.proposals(name))];
      return lookAt([...clip, ...(await modelFiles(modelDir))]);
    },
  };
}
