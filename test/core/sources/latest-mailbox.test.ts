import test from 'ava';
import { Handoff } from '../../../src/core/sources/handoff.js';
import { LatestMailbox } from '../../../src/core/sources/latest-mailbox.js';

test('a mailbox gives the newest item, discards the ones nobody read and counts them', async (t) => {
  const discarded: number[] = [];
  const mailbox = new LatestMailbox<number>((item) => discarded.push(item));
  for (const item of [1, 2, 3]) t.true(mailbox.put(item));
  t.is(await mailbox.take(), 3);
  t.deepEqual(discarded, [1, 2]);
  t.is(mailbox.dropped, 2);
});

test('a waiting reader gets the item that comes next', async (t) => {
  const mailbox = new LatestMailbox<number>();
  const taken = mailbox.take();
  mailbox.put(5);
  t.is(await taken, 5);
  t.is(mailbox.dropped, 0);
});

test('the last item is still given after the end, then nothing', async (t) => {
  const mailbox = new LatestMailbox<number>();
  mailbox.put(1);
  mailbox.end();
  t.false(mailbox.put(2));
  t.is(await mailbox.take(), 1);
  t.is(await mailbox.take(), undefined);
  t.is(mailbox.dropped, 0);
});

test('a fault is thrown once the items are used up, and every time after', async (t) => {
  const handoff = new Handoff<number>();
  const fault = new Error('unplugged');
  handoff.put(1);
  handoff.end(fault);
  handoff.end();
  t.is(await handoff.take(), 1);
  await t.throwsAsync(handoff.take(), { is: fault });
  await t.throwsAsync(handoff.take(), { is: fault });
});

test('aborting ends a wait without an item, and later waits work', async (t) => {
  const mailbox = new LatestMailbox<number>();
  const controller = new AbortController();
  const taken = mailbox.take(controller.signal);
  controller.abort();
  t.is(await taken, undefined);
  mailbox.put(7);
  t.is(await mailbox.take(controller.signal), undefined);
  t.is(await mailbox.take(new AbortController().signal), 7);
});

test('a handoff keeps all items in order and gives the rest back when drained', async (t) => {
  const handoff = new Handoff<number>();
  for (const item of [1, 2, 3, 4]) handoff.put(item);
  t.is(await handoff.take(), 1);
  t.is(handoff.poll(), 2);
  t.deepEqual(handoff.drain(), [3, 4]);
  t.is(handoff.poll(), undefined);
});
