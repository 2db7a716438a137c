import type { Network } from '../../core/model/network.js';
import type { JobInput } from '../jobs/job.js';
import { writeResult } from '../jobs/result-file.js';
import { serveThread } from '../jobs/serve-thread.js';
import { openFrameStore } from '../store/frame-store.js';
import { mineClip } from './mine-clip.js';
import type { MineThreadSetup } from './mine-messages.js';

/** Opens network and store once, and mines the clips it is named into their files. */
serveThread(async ({ storeDir, modelDir, networkModule, options }: MineThreadSetup) => {
  const { openNetwork } = (await import(networkModule)) as { openNetwork: (dir: string) => Promise<Network> };
  const network = await openNetwork(modelDir);
  const store = await openFrameStore(storeDir);
  const clips = new Map(store.clips.map((clip) => [clip.name, clip]));
  return async ({ name, result }: JobInput): Promise<void> => {
    const clip = clips.get(name);
    if (!clip) throw new Error(`no clip named ${name}`);
    await writeResult(result, await mineClip(store, clip, network, options));
  };
});
