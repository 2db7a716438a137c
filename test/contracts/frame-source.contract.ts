import type { TestFn } from 'ava';
import { SourceError } from '../../src/core/errors.js';
import { frameBytes, type Frame } from '../../src/core/image/frame.js';
import type { FrameSource } from '../../src/core/ports/frame-source.js';

export interface FrameSourceContract {
  /** Opens a source with at least four frames; called afresh for every test. */
  readonly open: () => Promise<FrameSource>;
  /** Opens a source that fails after some frames, where the source can be made to. */
  readonly openFaulty?: () => Promise<FrameSource>;
  /** The number of frames of `open()`, where it ends by itself. */
  readonly frameCount?: number;
  /** Tests of one source run one after another (a device, a child process). */
  readonly serial?: boolean;
}

/** What every FrameSource owes its reader; see core/ports/frame-source. */
export function frameSourceContract(test: TestFn, name: string, contract: FrameSourceContract): void {
  const { open, openFaulty, frameCount, serial = false } = contract;
  const declare = serial ? test.serial : test;

  declare(`${name}: frames match the description and come in order`, async (t) => {
    await using source = await open();
    const { width, height, format, uri, detail } = source.describe();
    t.not(uri, '');
    t.not(detail, '');
    let last = Number.NEGATIVE_INFINITY;
    let lastTime = -1n;
    let count = 0;
    for await (const frame of source.frames()) {
      t.is(frame.width, width);
      t.is(frame.height, height);
      t.is(frame.format, format);
      t.true(bytesOf(frame) >= frameBytes(format, { width, height }) - padding(frame));
      t.true(frame.sequence > last);
      t.true(frame.capturedAtNs >= lastTime);
      last = frame.sequence;
      lastTime = frame.capturedAtNs;
      frame.dispose();
      frame.dispose(); // idempotent
      count += 1;
      if (count === 4) break;
    }
    t.is(count, 4);
    t.true(source.statistics().delivered >= 4);
  });

  declare(`${name}: frames can be read only once`, async (t) => {
    await using source = await open();
    await take(source, 1);
    await t.throwsAsync(take(source, 1));
  });

  declare(`${name}: a signal aborted beforehand gives no frame and no error`, async (t) => {
    await using source = await open();
    t.is(await take(source, 4, AbortSignal.abort()), 0);
  });

  declare(`${name}: aborting between two frames ends the iteration without an error`, async (t) => {
    await using source = await open();
    const controller = new AbortController();
    let count = 0;
    for await (const frame of source.frames(controller.signal)) {
      frame.dispose();
      count += 1;
      controller.abort();
    }
    t.is(count, 1);
  });

  declare(`${name}: leaving the loop early closes the source, and closing twice is fine`, async (t) => {
    const source = await open();
    t.is(await take(source, 2), 2);
    await source.close();
    await source.close();
    await source[Symbol.asyncDispose]();
    t.pass();
  });

  declare(`${name}: closed before reading, it gives no frame`, async (t) => {
    const source = await open();
    await source.close();
    t.is(await take(source, 1).catch(() => 0), 0);
  });

  if (frameCount !== undefined) {
    declare(`${name}: a normal end finishes the iteration`, async (t) => {
      await using source = await open();
      t.is(await take(source, Number.POSITIVE_INFINITY), frameCount);
      t.is(source.statistics().delivered, frameCount);
    });
  }

  if (openFaulty) {
    declare(`${name}: a fault throws a SourceError`, async (t) => {
      await using source = await openFaulty();
      await t.throwsAsync(take(source, Number.POSITIVE_INFINITY), { instanceOf: SourceError });
      await source.close();
    });
  }
}

async function take(source: FrameSource, limit: number, signal?: AbortSignal): Promise<number> {
  let count = 0;
  for await (const frame of source.frames(signal)) {
    frame.dispose();
    count += 1;
    if (count === limit) break;
  }
  return count;
}

function bytesOf(frame: Frame): number {
  return frame.planes.reduce((sum, plane) => sum + plane.data.length, 0);
}

/** A plane's last row may end before its stride does; every row may be padded. */
function padding(frame: Frame): number {
  return frame.planes.reduce((sum, plane) => sum + plane.stride, 0);
}
