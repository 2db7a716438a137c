import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Network } from '../../../src/core/model/network.js';
import { openNetwork as openScripted } from '../mine/scripted-network.js';

/** The scripted network, which notes that it was opened and then waits as long as the model folder holds a file `held`. */
export async function openNetwork(modelDir: string): Promise<Network> {
  const network = await openScripted(modelDir);
  while (existsSync(join(modelDir, 'held'))) await sleep(20);
  return network;
}
