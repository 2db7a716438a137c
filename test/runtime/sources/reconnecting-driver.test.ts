import test from 'ava';
import { SourceError, UsageError } from '../../../src/core/errors.js';
import type { Frame } from '../../../src/core/image/frame.js';
import { frameSource, type FrameDriver } from '../../../src/core/sources/frame-driver.js';
import { ReconnectingDriver } from '../../../src/runtime/sources/reconnecting-driver.js';
import { plainFrames } from '../../support/frames.js';

/** Gives `count` frames from `first` on, then fails. */
function failingDriver(first: number, count: number, log: string[]): FrameDriver {
  const frames: Frame[] = plainFrames({ count, first });
  return {
    describe: () => ({
      ...{
        uri: 'test://',
        width: 320,
        height: 240,
        format: 'gray8',
        fps: 25,
        live: true,
        detail: 'a driver',
      },
    }),
    dropped: () => 2,
    next: () => {
      const frame = frames.shift();
      return frame ? Promise.resolve(frame) : Promise.reject(new SourceError('test://: unplugged'));
    },
    close: () => {
      log.push(`closed ${first}`);
      return Promise.resolve();
    },
  };
}

test('after a fault the frames go on, with their numbers, and the attempts are waited for', async (t) => {
  const log: string[] = [];
  let attempts = 0;
  const driver = new ReconnectingDriver(
    failingDriver(0, 3, log),
    (firstSequence) => {
      attempts += 1;
      log.push(`open ${firstSequence}`);
      if (attempts < 3) return Promise.reject(new SourceError('test://: no such device'));
      return Promise.resolve(failingDriver(firstSequence, 3, log));
    },
    { minDelayMs: 1, maxDelayMs: 2 },
  );
  const source = frameSource(driver);
  const sequences: number[] = [];
  for await (const frame of source.frames()) {
    sequences.push(frame.sequence);
    if (sequences.length === 5) break;
  }
  t.deepEqual(sequences, [0, 1, 2, 3, 4]);
  t.deepEqual(log, ['closed 0', 'open 3', 'open 3', 'open 3', 'closed 3']);
  t.deepEqual(source.statistics(), {
    delivered: 5,
    dropped: 4,
    link: { connected: true, reconnects: 1, fault: null },
  });
  t.is(source.describe().detail, 'a driver, reconnects: 1');
});

test('aborting ends the wait for the device', async (t) => {
  const controller = new AbortController();
  const driver = new ReconnectingDriver(
    failingDriver(0, 1, []),
    () => {
      controller.abort();
      return Promise.reject(new SourceError('test://: no such device'));
    },
    { minDelayMs: 1 },
  );
  let count = 0;
  for await (const frame of frameSource(driver).frames(controller.signal)) {
    frame.dispose();
    count += 1;
  }
  t.is(count, 1);
});

test('a device that comes back without what was asked ends the waiting', async (t) => {
  const driver = new ReconnectingDriver(
    failingDriver(0, 1, []),
    () => Promise.reject(new UsageError('size: asked for 640x480, got 320x240')),
    { minDelayMs: 1 },
  );
  const reading = async (): Promise<void> => {
    for await (const frame of frameSource(driver).frames()) frame.dispose();
  };
  await t.throwsAsync(reading(), { instanceOf: UsageError, message: /asked for 640x480/ });
});
