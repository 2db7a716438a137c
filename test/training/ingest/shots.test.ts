import test from 'ava';
import { MemorySource } from '../../../src/core/ports/memory/memory-source.js';
import { SourceError } from '../../../src/core/errors.js';
import { scanSource } from '../../../src/training/ingest/scan.js';
import { createTexture, renderFrame, sceneFrame } from './rendered.js';

const size = { width: 96, height: 64 };

test('a cut between two places is found at its frame, and nowhere else', async (t) => {
  const dark = createTexture(40, 20);
  const bright = createTexture(41, 15);
  const frames = Array.from({ length: 20 }, (_, index) =>
    index < 12
      ? renderFrame(size, (x, y) => 30 + dark(x + index, y) / 4)
      : renderFrame(size, (x, y) => 120 + bright(x - index, y) / 2),
  );
  const { distinct, cuts, damage } = await scanSource(new MemorySource(frames));
  t.is(distinct.length, 20);
  t.deepEqual([...cuts], [12]);
  t.is(damage, null);
});

test('fast flight over varied ground is no cut', async (t) => {
  const ground = createTexture(42, 25);
  const frames = Array.from({ length: 20 }, (_, index) =>
    renderFrame(size, (x, y) => ground(x + 9 * index, y)),
  );
  t.deepEqual([...(await scanSource(new MemorySource(frames))).cuts], []);
});

test('frozen frames are dropped, a small object moving before a still camera is not', async (t) => {
  const ground = createTexture(43, 10);
  const at = (left: number) =>
    renderFrame(size, (x, y) => (Math.abs(x - left) < 3 && Math.abs(y - 30) < 3 ? 250 : ground(x, y) / 2));
  const frames = [at(10), at(10), at(14), at(14), at(14), at(18)];
  t.deepEqual((await scanSource(new MemorySource(frames))).distinct, [0, 2, 5]);
});

test('a fault keeps the frames before it and is reported', async (t) => {
  const fault = new SourceError('unplugged');
  const frames = [0, 1, 2].map((index) => sceneFrame(index));
  const { distinct, damage } = await scanSource(new MemorySource(frames, { fault }));
  t.deepEqual(distinct, [0, 1, 2]);
  t.is(damage, fault);
});
