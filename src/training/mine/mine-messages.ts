import type { MineOptions } from './mine-clip.js';

export interface MineWorkerData {
  readonly storeDir: string;
  readonly modelDir: string;
  /** URL of a module that exports `openNetwork(modelDir): Promise<Network>`: the command line names the runtime's. */
  readonly networkModule: string;
  readonly options: MineOptions;
}
