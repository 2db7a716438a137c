import { setTimeout as sleep } from 'node:timers/promises';
import test from 'ava';
import { UsageError } from '../../../src/core/errors.js';
import { iou } from '../../../src/core/geometry/box.js';
import type { Frame } from '../../../src/core/image/frame.js';
import { openSimSource, type SimSource } from '../../../src/runtime/sources/sim-source.js';

const open = (query: string): Promise<SimSource> =>
  openSimSource(new URLSearchParams(`size=160x96&${query}`), `sim://?${query}`);

test('frames come in order, at the times of their numbers, until the asked-for end', async (t) => {
  await using source = await open('frames=5&fps=50&seed=3');
  const seen: [number, bigint][] = [];
  for await (const frame of source.frames()) {
    seen.push([frame.sequence, frame.capturedAtNs]);
    t.deepEqual([frame.width, frame.height, frame.format], [160, 96, 'rgb24']);
    frame.dispose();
  }
  t.deepEqual(
    seen,
    [0, 1, 2, 3, 4].map((i) => [i, BigInt(i) * 20_000_000n]),
  );
  t.deepEqual(source.statistics(), { delivered: 5, dropped: 0 });
});

test('the description tells what was set', async (t) => {
  await using source = await open('seed=3&fps=25&format=yuv420p');
  const { detail, ...rest } = source.describe();
  t.deepEqual(rest, {
    uri: 'sim://?seed=3&fps=25&format=yuv420p',
    width: 160,
    height: 96,
    format: 'yuv420p',
    fps: 25,
    live: false,
  });
  t.regex(detail, /flight, seed 3/);
});

test('two sources of one seed give the same frames, in shared memory', async (t) => {
  const read = async (): Promise<Buffer[]> => {
    await using source = await open('seed=4&frames=6');
    const frames: Buffer[] = [];
    for await (const frame of source.frames()) {
      t.true(frame.planes[0]!.data.buffer instanceof SharedArrayBuffer);
      frames.push(Buffer.from(frame.planes[0]!.data));
      frame.dispose();
    }
    return frames;
  };
  t.deepEqual(await read(), await read());
});

test('the truth of each delivered frame can be asked for, and starts at the initial box', async (t) => {
  await using source = await open('frames=3&seed=2');
  const box = source.initialBox();
  t.is(source.truthOf(0), undefined);
  for await (const frame of source.frames()) {
    const truth = source.truthOf(frame.sequence);
    if (frame.sequence === 0) t.deepEqual(truth?.box, box);
    t.true(iou(truth!.box!, box) > 0.5);
    frame.dispose();
  }
  t.is(source.truthOf(3), undefined);
});

test('a frame that is kept is not overwritten; when all are kept the source waits', async (t) => {
  await using source = await open('seed=2');
  const abort = new AbortController();
  const kept: { frame: Frame; copy: Buffer }[] = [];
  const reading = (async () => {
    for await (const frame of source.frames(abort.signal)) {
      kept.push({ frame, copy: Buffer.from(frame.planes[0]!.data) });
    }
  })();
  while (kept.length < 4) await sleep(5);
  const before = kept.length;
  await sleep(100);
  t.is(kept.length, before, 'it waits');
  for (const { frame, copy } of kept) t.deepEqual(Buffer.from(frame.planes[0]!.data), copy);
  kept[0]!.frame.dispose();
  kept[0]!.frame.dispose();
  while (kept.length === before) await sleep(5);
  await sleep(50);
  t.is(kept.length, before + 1, 'disposing twice frees one slot');
  abort.abort();
  await reading;
});

test('paced by the clock, a slow reader misses frames and can tell', async (t) => {
  await using source = await open('realtime=true&fps=100&seed=2');
  t.true(source.describe().live);
  const sequences: number[] = [];
  let last: bigint | undefined;
  for await (const frame of source.frames()) {
    sequences.push(frame.sequence);
    t.true(frame.capturedAtNs <= process.hrtime.bigint(), 'captured in the past');
    if (last !== undefined) t.true(frame.capturedAtNs > last);
    last = frame.capturedAtNs;
    frame.dispose();
    if (sequences.length === 4) break;
    await sleep(80);
  }
  const gaps = sequences.at(-1)! + 1 - sequences.length;
  t.true(gaps > 0);
  t.deepEqual(source.statistics(), { delivered: 4, dropped: gaps });
});

test('an aborted signal ends the frames, also while it waits for the next', async (t) => {
  await using source = await open('realtime=true&fps=1&seed=2');
  const abort = new AbortController();
  let count = 0;
  for await (const frame of source.frames(abort.signal)) {
    count++;
    frame.dispose();
    setImmediate(() => {
      abort.abort();
    });
  }
  t.is(count, 1);
});

test('an unknown option is refused', async (t) => {
  await t.throwsAsync(open('colour=red'), { instanceOf: UsageError, message: /colour/ });
});

test('the gimbal can be commanded while frames are read', async (t) => {
  await using source = await open('seed=2&frames=60&scenario=calm');
  const start = source.simulation.gimbal().yaw;
  source.simulation.commandGimbalRate(1, 0);
  for await (const frame of source.frames()) frame.dispose();
  t.true(source.simulation.gimbal().yaw > start + 0.5);
  t.is(source.truthOf(59)!.box, null);
});
