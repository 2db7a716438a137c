import test from 'ava';
import { ModelError } from '../../../../src/core/errors.js';
import { MemoryNetwork } from '../../../../src/core/ports/memory/memory-network.js';
import { networkContract } from '../../../contracts/network.contract.js';
import { modelContract } from '../../../support/model-contract.js';

const peak = { row: 3, column: 11, score: 0.75, distances: [10, 12, 14, 16] } as const;

networkContract(test, 'memory network', { open: () => new MemoryNetwork(modelContract(), () => peak) });

test('a memory network answers its script call by call', async (t) => {
  const network = new MemoryNetwork(modelContract(), (call) => (call === 0 ? peak : null));
  const template = await network.embed(new Uint8Array(3 * 127 * 127));
  const crop = new Uint8Array(3 * 255 * 255);
  const first = await network.respond(template, crop);
  const cell = peak.row * first.size + peak.column;
  t.is(first.scores[cell], 0.75);
  t.is(first.distances[2 * first.size ** 2 + cell], 14);
  t.is(
    first.scores.reduce((sum, score) => sum + score, 0),
    0.75,
  );
  const second = await network.respond(template, crop);
  t.true(second.scores.every((score) => score === 0));
});

test('a disposed memory network refuses to work', async (t) => {
  const network = new MemoryNetwork(modelContract(), () => null);
  await network.dispose();
  await t.throwsAsync(network.embed(new Uint8Array(3 * 127 * 127)), { instanceOf: ModelError });
});
