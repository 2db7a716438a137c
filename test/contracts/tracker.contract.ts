import type { TestFn } from 'ava';
import type { Box } from '../../src/core/geometry/box.js';
import { UsageError } from '../../src/core/errors.js';
import type { Frame } from '../../src/core/image/frame.js';
import type { Track } from '../../src/core/tracking/track.js';
import type { Tracker } from '../../src/core/tracking/tracker.js';

export interface TrackerContract {
  readonly open: () => Promise<Tracker> | Tracker;
  /** At least five frames of one size, in which `box` holds a target; made afresh for every test. */
  readonly scene: () => { readonly frames: readonly Frame[]; readonly box: Box };
  readonly serial?: boolean;
}

/** What every Tracker owes the loop; see core/tracking/tracker. */
export function trackerContract(test: TestFn, name: string, contract: TrackerContract): void {
  const { open, scene, serial = false } = contract;
  const declare = serial ? test.serial : test;
  const run = async (body: (tracker: Tracker) => Promise<void>): Promise<void> => {
    const tracker = await open();
    try {
      await body(tracker);
    } finally {
      await tracker.dispose();
    }
  };

  declare(`${name}: is idle before a target is selected`, (t) =>
    run(async (tracker) => {
      const track = await tracker.update(scene().frames[0]!);
      t.like(track, { state: 'idle', box: null, target: 0 });
    }),
  );

  declare(`${name}: the first track is the selection itself`, (t) =>
    run(async (tracker) => {
      const { frames, box } = scene();
      const track = await tracker.init(frames[0]!, box);
      t.is(track.state, 'tracking');
      t.is(track.target, 1);
      for (const key of ['cx', 'cy', 'width', 'height'] as const) {
        t.true(Math.abs(track.box![key] - box[key]) < 1e-6, key);
      }
    }),
  );

  declare(`${name}: every track is honest and belongs to its frame`, (t) =>
    run(async (tracker) => {
      const { frames, box } = scene();
      await tracker.init(frames[0]!, box);
      for (const frame of frames.slice(1)) {
        const track = await tracker.update(frame);
        t.is(honesty(track), 'honest');
        t.like(track.frame, { sequence: frame.sequence, width: frame.width, height: frame.height });
        t.is(track.frame.capturedAtNs, frame.capturedAtNs);
        t.is(track.target, 1);
      }
    }),
  );

  declare(
    `${name}: a box that is empty, NaN or centred outside the frame is refused, and the tracker lives on`,
    (t) =>
      run(async (tracker) => {
        const { frames, box } = scene();
        const frame = frames[0]!;
        const bad: Box[] = [
          { ...box, width: 0 },
          { ...box, height: -3 },
          { ...box, cx: Number.NaN },
          { ...box, width: Number.POSITIVE_INFINITY },
          { ...box, cx: frame.width + 50 },
          { ...box, cy: -50 },
        ];
        for (const it of bad) {
          await t.throwsAsync(tracker.init(frame, it), { instanceOf: UsageError }, JSON.stringify(it));
        }
        t.is((await tracker.init(frame, box)).state, 'tracking');
      }),
  );

  declare(`${name}: stopping makes it idle, a new selection counts on`, (t) =>
    run(async (tracker) => {
      const { frames, box } = scene();
      await tracker.init(frames[0]!, box);
      await tracker.stop();
      t.like(await tracker.update(frames[1]!), { state: 'idle', box: null, target: 0 });
      t.is((await tracker.init(frames[2]!, box)).target, 2);
    }),
  );

  declare(`${name}: does not keep the frame`, (t) =>
    run(async (tracker) => {
      const { frames, box } = scene();
      await tracker.init(frames[0]!, box);
      frames[0]!.dispose();
      t.is(honesty(await tracker.update(frames[1]!)), 'honest');
    }),
  );

  declare(`${name}: disposing twice is fine`, async (t) => {
    const tracker = await open();
    await tracker.dispose();
    await tracker.dispose();
    t.pass();
  });
}

/** 'honest', or what is wrong. */
function honesty({ state, box, confidence }: Track): string {
  if (!(confidence >= 0 && confidence <= 1)) return `confidence ${confidence}`;
  if ((state === 'tracking' || state === 'coasting') && !box) return `${state} without a box`;
  if ((state === 'lost' || state === 'idle') && box) return `${state} with a box`;
  if (box && !(box.width > 0 && box.height > 0 && Number.isFinite(box.cx + box.cy))) return 'broken box';
  return 'honest';
}
