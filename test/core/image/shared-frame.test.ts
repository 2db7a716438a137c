import test from 'ava';
import { shareFrame } from '../../../src/core/image/shared-frame.js';
import { plainFrames } from '../../support/frames.js';

test('the buffers go back when the last share is disposed, once', (t) => {
  const disposed: number[] = [];
  const [frame] = plainFrames({ count: 1, first: 7, onDispose: (sequence) => disposed.push(sequence) });
  const first = shareFrame(frame!);
  const second = first.share();
  first.dispose();
  first.dispose();
  t.deepEqual(disposed, []);
  t.is(second.planes.length, 1);
  second.dispose();
  t.deepEqual(disposed, [7]);
});

test('a disposed share shows no pixels and cannot be shared', (t) => {
  const first = shareFrame(plainFrames({ count: 1 })[0]!);
  const second = first.share();
  first.dispose();
  t.deepEqual(first.planes, []);
  t.throws(() => first.share(), { message: /disposed/ });
  t.is(second.share().sequence, 0);
});
