import test from 'ava';
import type { ServiceSample } from '../../../../src/fleet/agent/watch/service-sample.js';
import { ModelWatch, type Verdict, type WatchOptions } from '../../../../src/fleet/agent/watch/watch.js';

const second = 1000;

/** A service at work on slot b, 30 updates of 4 ms a second, as it is after so many seconds. */
function atWork(seconds: number, changes: Partial<ServiceSample> = {}): ServiceSample {
  return {
    ...{ folder: 'b', healthy: true, trackerRestarts: 0, tracks: 1, confidence: 0.8 },
    updates: { count: 30 * seconds, seconds: 0.12 * seconds },
    ...changes,
  };
}

function judge(options: Partial<WatchOptions> = {}): ModelWatch {
  const before = { updateMs: 4, confidence: 0.8 };
  return new ModelWatch({
    ...{ folder: 'b', before, watchMs: 60 * second, graceMs: 20 * second, updateBudgetMs: 33 },
    ...options,
  });
}

/** Shows it a sample every five seconds until it has decided. */
function follow(
  watch: ModelWatch,
  sampleAt: (seconds: number) => ServiceSample | null,
  untilSeconds = 200,
): { readonly verdict: Verdict; readonly seconds: number } {
  let verdict: Verdict = { kind: 'watching', observedMs: 0, note: '' };
  let seconds = 0;
  for (; seconds <= untilSeconds; seconds += 5) {
    verdict = watch.take(sampleAt(seconds), seconds * second);
    if (verdict.kind !== 'watching') break;
  }
  return { verdict, seconds };
}

test('a model that does as well as the one before is good after its time at work', (t) => {
  t.deepEqual(follow(judge(), atWork), { verdict: { kind: 'good' }, seconds: 60 });
});

test('time that was seen before a start of the agent counts', (t) => {
  t.deepEqual(follow(judge({ observedMs: 40 * second }), atWork), { verdict: { kind: 'good' }, seconds: 20 });
});

test('without a service a model stays on trial', (t) => {
  const { verdict } = follow(judge(), () => null);
  t.deepEqual(verdict, {
    ...{ kind: 'watching', observedMs: 0 },
    note: 'the service does not answer: it is not watched',
  });
});

test('time in which no target can be followed does not count', (t) => {
  const { verdict } = follow(judge(), (seconds) => atWork(seconds, { healthy: seconds > 180 }));
  t.deepEqual(verdict, { kind: 'watching', observedMs: 20 * second, note: '' });
});

test('a service that goes away and does not come back within the grace is the model’s fault', (t) => {
  const { verdict, seconds } = follow(judge(), (at) => (at < 10 ? atWork(at) : null));
  t.deepEqual(verdict, { kind: 'bad', reason: 'the service went away, and did not come back in 20 s' });
  t.is(seconds, 35);
});

test('one that comes back in time is not', (t) => {
  const { verdict } = follow(judge(), (at) => (at >= 10 && at < 30 ? null : atWork(at)));
  t.is(verdict.kind, 'good');
});

test('a service that goes on with the old model has not taken this one over', (t) => {
  const { verdict, seconds } = follow(judge(), (at) => atWork(at, { folder: 'a' }));
  t.deepEqual(verdict, {
    kind: 'bad',
    reason: 'the service did not take it over, and runs the model of slot a',
  });
  t.is(seconds, 25);
});

test('the tracker’s deaths are counted, and the service’s starts', (t) => {
  const deaths = follow(judge(), (at) => atWork(at, { trackerRestarts: at < 20 ? 0 : at < 40 ? 1 : 2 }));
  t.deepEqual(deaths.verdict, { kind: 'bad', reason: 'the tracker or the service went down 2 times' });
  t.is(deaths.seconds, 40);
  // a service that was started again begins to count its tracks anew
  const starts = follow(judge(), (at) => atWork(at, { tracks: at < 20 || (at >= 25 && at < 40) ? 3 : 1 }));
  t.is(starts.verdict.kind, 'bad');
  t.is(follow(judge(), (at) => atWork(at, { trackerRestarts: at < 20 ? 0 : 1 })).verdict.kind, 'good');
  t.is(
    follow(judge(), (at) => atWork(at, { trackerRestarts: 7 })).verdict.kind,
    'good',
    'of the model before',
  );
});

test('twice as slow as the model before is borne up to half of the budget', (t) => {
  const taking = (ms: number) => (at: number) =>
    atWork(at, { updates: { count: 30 * at, seconds: 0.03 * ms * at } });
  t.is(follow(judge(), taking(16)).verdict.kind, 'good'); // four times the 4 ms before, below 16.5
  t.deepEqual(follow(judge(), taking(17)).verdict, {
    kind: 'bad',
    reason: 'an update takes 17.0 ms, more than 16.5',
  });
  const slowBefore = judge({ before: { updateMs: 10, confidence: null } });
  t.is(follow(slowBefore, taking(19)).verdict.kind, 'good');
  const unknownBefore = { before: { updateMs: null, confidence: null } };
  t.is(follow(judge(unknownBefore), taking(32)).verdict.kind, 'good');
  t.deepEqual(follow(judge(unknownBefore), taking(34)).verdict, {
    kind: 'bad',
    reason: 'an update takes 34.0 ms, more than 33.0',
  });
});

test('a few updates say nothing about time', (t) => {
  const slow = (at: number): ServiceSample => atWork(at, { updates: { count: at, seconds: at } });
  t.is(follow(judge(), slow, 55).verdict.kind, 'watching');
});

test('confidence below 0.6 of the model before is too little', (t) => {
  const sure = (confidence: number) => (at: number) => atWork(at, { confidence });
  t.is(follow(judge(), sure(0.49)).verdict.kind, 'good');
  t.deepEqual(follow(judge(), sure(0.47)).verdict, {
    kind: 'bad',
    reason: 'its confidence is 0.47 on average, less than 0.48',
  });
  t.is(follow(judge({ before: { updateMs: 4, confidence: null } }), sure(0.1)).verdict.kind, 'good');
});
