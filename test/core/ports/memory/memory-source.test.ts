import test from 'ava';
import { SourceError } from '../../../../src/core/errors.js';
import { MemorySource } from '../../../../src/core/ports/memory/memory-source.js';
import { frameSourceContract } from '../../../contracts/frame-source.contract.js';
import { plainFrames } from '../../../support/frames.js';

frameSourceContract(test, 'memory source', {
  open: () => Promise.resolve(new MemorySource(plainFrames({ count: 6 }))),
  openFaulty: () =>
    Promise.resolve(new MemorySource(plainFrames(), { fault: new SourceError('memory://: unplugged') })),
  frameCount: 6,
});

test('a memory source counts the gaps in its sequence as dropped frames', async (t) => {
  const source = new MemorySource([...plainFrames({ count: 2 }), ...plainFrames({ count: 2, first: 5 })]);
  for await (const frame of source.frames()) frame.dispose();
  t.deepEqual(source.statistics(), { delivered: 4, dropped: 3 });
});

test('a memory source refuses to be empty or mixed', (t) => {
  t.throws(() => new MemorySource([]), { instanceOf: SourceError, message: /no frames/ });
  const mixed = [...plainFrames({ count: 1 }), ...plainFrames({ count: 1, first: 1, width: 322 })];
  t.throws(() => new MemorySource(mixed), { instanceOf: SourceError, message: /frame 1 differs/ });
});
