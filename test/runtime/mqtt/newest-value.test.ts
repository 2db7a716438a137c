import test from 'ava';
import type { Publication } from '../../../src/runtime/mqtt/connection/publication.js';
import type { Session } from '../../../src/runtime/mqtt/connection/session.js';
import { NewestValue } from '../../../src/runtime/mqtt/newest-value.js';

/** A connection that keeps what it is given until it is told to acknowledge. */
function fakeSession() {
  const delivered: string[] = [];
  const settle: { resolve: () => void; reject: (error: Error) => void }[] = [];
  const session = {
    over: false,
    deliver: ({ payload }: Publication) => {
      delivered.push(String(payload));
      return new Promise<void>((resolve, reject) => settle.push({ resolve, reject }));
    },
  };
  return { delivered, settle, session: session as unknown as Session, state: session };
}

const value = (payload: string): Publication => ({ topic: 't', payload, qos: 1, retain: true });
const turn = (): Promise<void> => new Promise(setImmediate);

test('while one is under way only the newest waits', async (t) => {
  const { session, delivered, settle } = fakeSession();
  const newest = new NewestValue(() => undefined);
  for (const payload of ['a', 'b', 'c', 'd']) newest.offer(value(payload), session);
  t.deepEqual(delivered, ['a']);
  settle[0]!.resolve();
  await turn();
  t.deepEqual(delivered, ['a', 'd']);
  settle[1]!.resolve();
  await turn();
  t.deepEqual(delivered, ['a', 'd']);
});

test('a new connection gets the newest value at once, though the old one never answers', async (t) => {
  const old = fakeSession();
  const next = fakeSession();
  const newest = new NewestValue(() => undefined);
  newest.offer(value('a'), old.session);
  newest.offer(value('b'), null);
  newest.resume(next.session);
  t.deepEqual(next.delivered, ['b']);
  old.state.over = true;
  old.settle[0]!.reject(new Error('closed'));
  await turn();
  newest.offer(value('c'), next.session);
  next.settle[0]!.resolve();
  await turn();
  t.deepEqual(next.delivered, ['b', 'c']);
  t.deepEqual(old.delivered, ['a']);
});

test('a refusal is told, and the next value tried', async (t) => {
  const { session, delivered, settle } = fakeSession();
  const refusals: string[] = [];
  const newest = new NewestValue(({ message }) => refusals.push(message));
  newest.offer(value('a'), session);
  settle[0]!.reject(new Error('not authorised'));
  await turn();
  newest.offer(value('b'), session);
  t.deepEqual(refusals, ['not authorised']);
  t.deepEqual(delivered, ['a', 'b']);
});
