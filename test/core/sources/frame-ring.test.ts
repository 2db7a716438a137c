import test from 'ava';
import { FrameRing } from '../../../src/core/sources/frame-ring.js';

test('a ring lends shared memory and waits for a slot to come back', async (t) => {
  const ring = new FrameRing(2, 16);
  const first = ring.tryAcquire()!;
  const second = ring.tryAcquire()!;
  t.true(first.data.buffer instanceof SharedArrayBuffer);
  t.is(first.data.length, 16);
  t.not(first.data.buffer, second.data.buffer);
  t.is(ring.tryAcquire(), undefined);
  const waiting = ring.acquire();
  first.release();
  t.is((await waiting)!.data, first.data);
});

test('releasing a slot twice gives it back once', (t) => {
  const ring = new FrameRing(1, 4);
  const slot = ring.tryAcquire()!;
  slot.release();
  slot.release();
  t.truthy(ring.tryAcquire());
  t.is(ring.tryAcquire(), undefined);
});

test('aborting ends the wait for a slot', async (t) => {
  const ring = new FrameRing(1, 4);
  ring.tryAcquire();
  const controller = new AbortController();
  const waiting = ring.acquire(controller.signal);
  controller.abort();
  t.is(await waiting, undefined);
});
