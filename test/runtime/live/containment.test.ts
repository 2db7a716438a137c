import test from 'ava';
import { MemorySink } from '../../../src/core/ports/memory/memory-sink.js';
import type { Track } from '../../../src/core/tracking/track.js';
import { LiveControl } from '../../../src/runtime/live/live-control.js';
import { runLive } from '../../../src/runtime/live/run-live.js';
import { endlessSource } from '../../support/endless-source.js';
import { script } from '../worker/scripted-tracker.js';
import { scriptedSupply } from './scripted-supply.js';

const local = { kind: 'local' } as const;
const box = { cx: 30, cy: 20, width: 10, height: 8 };

/** Runs until `isEnough` says so of the tracks published; every state in the order it came, without repetitions. */
async function run(
  actionOf: (sequence: number) => number,
  isEnough: (tracks: readonly Track[]) => boolean,
  { control = new LiveControl(), updateTimeoutMs = 60_000 } = {},
) {
  const supply = scriptedSupply();
  const tracker = await supply.open(null, new AbortController().signal);
  const stop = new AbortController();
  const sink = new MemorySink();
  const watch = new MemorySink();
  watch.publish = () => {
    if (isEnough(sink.tracks)) stop.abort();
  };
  const source = endlessSource({ width: 64, height: 48, live: false, everyMs: 5, firstByteOf: actionOf });
  const sinks = [sink, watch];
  const signal = AbortSignal.any([stop.signal, AbortSignal.timeout(60_000)]);
  await runLive({ source, tracker, supply, sinks, select: box, control, updateTimeoutMs, signal });
  await Promise.all(supply.trackers.map((it) => it.dispose()));
  const states = sink.tracks.map(({ state }) => state).filter((it, i, all) => it !== all[i - 1]);
  return { states, tracks: sink.tracks, supply };
}

/** Tracking again, well after frame 5. */
const isBack = (tracks: readonly Track[]): boolean => {
  const last = tracks.at(-1);
  return last?.state === 'tracking' && last.frame.sequence > 10;
};

for (const [what, action] of [
  ['ends its thread', script.exit],
  ['throws outside any promise', script.crash],
  ['fails an update', script.fail],
] as const) {
  test(`a tracker that ${what} is started again on the same target`, async (t) => {
    const { states, tracks, supply } = await run((n) => (n === 5 ? action : script.follow), isBack);
    t.deepEqual(states.slice(0, 2), ['tracking', 'coasting']);
    t.is(states.at(-1), 'tracking');
    t.true(tracks.every(({ target }) => target === 1));
    t.deepEqual(tracks.at(-1)!.box, box);
    t.deepEqual(supply.opened, [null, null]);
  });
}

test('a tracker that hangs is given up after the time-out', async (t) => {
  const { states, supply } = await run((n) => (n === 5 ? script.hang : script.follow), isBack, {
    updateTimeoutMs: 1000,
  });
  t.is(states.at(-1), 'tracking');
  t.is(supply.opened.length, 2);
});

test('a target whose tracker stays away is lost, not invented', async (t) => {
  const { tracks } = await run(
    (n) => (n >= 5 ? script.exit : script.follow),
    (all) => all.at(-1)?.state === 'lost',
  );
  t.is(tracks.at(-1)!.box, null);
  t.is(tracks.at(-1)!.target, 1);
});

test('the status counts the restarts, and a new selection gets a new number', async (t) => {
  const control = new LiveControl();
  let selected = false;
  let restarts = 0;
  const { tracks } = await run(
    (n) => (n === 5 ? script.exit : script.follow),
    (all) => {
      if (isBack(all) && !selected) {
        selected = true;
        restarts = control.status().trackerRestarts;
        void control.execute({ kind: 'select', box: { ...box, cx: 40 } }, local);
      }
      return all.at(-1)?.target === 2;
    },
    { control },
  );
  t.is(restarts, 1);
  t.is(tracks.at(-1)!.box!.cx, 40);
});

test('another model takes over between two frames, with the target and its number', async (t) => {
  const control = new LiveControl();
  let answer: unknown = null;
  let asked = false;
  const { tracks, supply, states } = await run(
    () => script.follow,
    (all) => {
      if (all.length === 5 && !asked) {
        asked = true;
        void control.execute({ kind: 'model', name: 'second' }, local).then((it) => (answer = it));
      }
      return answer !== null;
    },
    { control },
  );
  t.like(answer, { accepted: true });
  t.deepEqual(supply.opened, [null, 'second']);
  t.deepEqual(states, ['tracking']);
  t.true(tracks.every(({ target, box: at }) => target === 1 && at?.cx === box.cx));
});

test('a model that is not there is refused, and the old one goes on', async (t) => {
  const control = new LiveControl();
  let answer: { accepted: boolean } | null = null;
  let model: string | undefined;
  let after = 0;
  const { states } = await run(
    () => script.follow,
    (all) => {
      if (all.length === 5) {
        void control.execute({ kind: 'model', name: 'missing' }, local).then((it) => (answer = it));
      }
      if (answer) after += 1;
      model = control.status().model?.name;
      return after > 5;
    },
    { control },
  );
  t.like(answer, { accepted: false, reason: 'model "missing": there is no such model' });
  t.deepEqual(states, ['tracking']);
  t.is(model, 'first');
});
