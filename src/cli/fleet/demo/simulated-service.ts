import { readFile, readlink } from 'node:fs/promises';
import { createServer } from 'node:http';
import { basename, join } from 'node:path';
import { listen } from '../../../runtime/net/listen.js';
import type { ServedFolder } from './serve-folder.js';

/** A model whose card says this brings the simulated service down again and again. */
export const harmful = 'This model was made to fail at work.';

/**
 * The metrics of a tracking service that runs whatever model the agent has put into `state`: in place of a camera and a
 * tracker for each simulated device.
 */
export async function openSimulatedService(state: string): Promise<ServedFolder> {
  let tracks = 0;
  let falls = 0;
  const server = createServer((_request, response) => {
    void modelIn(state).then(({ slot, fails }) => {
      tracks += 30;
      if (fails) falls += 1;
      const lines = [
        'tagalong_healthy 1',
        `tagalong_tracks_total ${tracks}`,
        `tagalong_worker_restarts_total ${falls}`,
        `tagalong_update_seconds_count ${tracks}`,
        `tagalong_update_seconds_sum ${tracks * 0.004}`,
        'tagalong_state{state="tracking"} 1',
        'tagalong_confidence 0.9',
        `tagalong_model_info{folder="${slot}"} 1`,
      ];
      response.setHeader('content-type', 'text/plain; version=0.0.4');
      response.end(`${lines.join('\n')}\n`);
    });
  });
  const port = await listen(server, { name: 'simulated service', host: '127.0.0.1', port: 0 });
  return {
    url: `http://127.0.0.1:${port}`,
    [Symbol.asyncDispose]: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

async function modelIn(state: string): Promise<{ slot: string; fails: boolean }> {
  const current = join(state, 'models', 'current');
  try {
    const slot = basename(await readlink(current));
    const card = await readFile(join(current, 'card.md'), 'utf8').catch(() => '');
    return { slot, fails: card.includes(harmful) };
  } catch {
    return { slot: '', fails: false };
  }
}
