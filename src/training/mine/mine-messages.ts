import type { JsonObject } from '../jobs/job.js';
import type { MineOptions } from './mine-clip.js';

/** What mining jobs of one stage share. */
export interface MineSetup extends JsonObject {
  readonly storeDir: string;
  readonly modelDir: string;
  readonly options: MineOptions;
}

/** What a mining thread is started with. */
export interface MineThreadSetup extends MineSetup {
  /** URL of a module that exports `openNetwork(modelDir): Promise<Network>`: the command line names the runtime's. */
  readonly networkModule: string;
}
