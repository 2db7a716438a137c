import { existsSync } from 'node:fs';
import { appendFile } from 'node:fs/promises';
import { join } from 'node:path';
import { MemoryNetwork } from '../../../src/core/ports/memory/memory-network.js';
import type { Network } from '../../../src/core/model/network.js';
import { modelContract } from '../../support/model-contract.js';

/** A network that sees the target in the very middle of every search, a quarter of the crop wide; what the mining workers of the tests load. */
export async function openNetwork(modelDir: string): Promise<Network> {
  await appendFile(join(modelDir, 'opened'), '.');
  if (existsSync(join(modelDir, 'broken'))) throw new Error('this network is broken');
  if (existsSync(join(modelDir, 'exits'))) process.exit(3);
  const failing = existsSync(join(modelDir, 'fails-later'));
  const contract = modelContract();
  const middle = 127.5;
  return new MemoryNetwork(contract, (call) => {
    if (failing && call === 5) throw new Error('inference failed');
    const { offset, stride } = contract.response;
    const cell = Math.round((middle - offset) / stride);
    const shift = offset + cell * stride - middle;
    return {
      row: cell,
      column: cell,
      score: 0.9,
      distances: [32 + shift, 32 + shift, 32 - shift, 32 - shift],
    };
  });
}
