import { parentPort, workerData } from 'node:worker_threads';
import type { Network } from '../../core/model/network.js';
import { openFrameStore } from '../store/frame-store.js';
import { mineClip } from './mine-clip.js';
import type { MineWorkerData } from './mine-messages.js';

/** Mines the clips it is named, one message each. */
const port = parentPort;
if (!port) throw new Error('mine-worker runs in a worker thread');
const { storeDir, modelDir, networkModule, options } = workerData as MineWorkerData;
const { openNetwork } = (await import(networkModule)) as { openNetwork: (dir: string) => Promise<Network> };
const network = await openNetwork(modelDir);
const store = await openFrameStore(storeDir);
const clips = new Map(store.clips.map((clip) => [clip.name, clip]));
port.on('message', (name: string) => {
  const clip = clips.get(name);
  if (!clip) throw new Error(`no clip named ${name}`);
  void mineClip(store, clip, network, options).then((found) => {
    port.postMessage({ name, ...found });
  });
});
port.postMessage('ready');
