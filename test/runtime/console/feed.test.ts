import { setTimeout as delay } from 'node:timers/promises';
import test from 'ava';
import { decodePicture } from '../../../src/core/console/picture-message.js';
import { packedFrame } from '../../../src/core/image/frame.js';
import { shareFrame, type SharedFrame } from '../../../src/core/image/shared-frame.js';
import { silentLog } from '../../../src/core/ports/log.js';
import type { Track } from '../../../src/core/tracking/track.js';
import { PictureFeed, type Picture, type Watcher } from '../../../src/runtime/console/video/picture-feed.js';

const size = { width: 32, height: 16 };

/** A camera at 10 frames a second whose open frames are counted. */
class Camera {
  open = 0;

  frame(sequence: number): SharedFrame {
    this.open += 1;
    const dispose = (): void => {
      this.open -= 1;
    };
    const capturedAtNs = BigInt(sequence) * 100_000_000n;
    return shareFrame(packedFrame('gray8', size, new Uint8Array(512), { sequence, capturedAtNs, dispose }));
  }
}

class Page implements Watcher {
  ready = true;
  lastNumber = 0;
  readonly sequences: number[] = [];
  readonly boxes: (number | null)[] = [];

  show({ number, message }: Picture): void {
    this.lastNumber = number;
    this.ready = false;
    const { header } = decodePicture(message.buffer as ArrayBuffer);
    this.sequences.push(header.sequence);
    this.boxes.push(header.track?.box?.x ?? null);
  }
}

/** The box's place tells which frame the track is of. */
function trackOf({ sequence, capturedAtNs }: SharedFrame): Track {
  return {
    ...{ state: 'tracking', confidence: 1, velocity: null, target: 1 },
    box: { cx: sequence + 1, cy: 5, width: 2, height: 2 },
    frame: { sequence, capturedAtNs, ...size },
  };
}

function openFeed() {
  const camera = new Camera();
  const watchers = new Set<Page>();
  let now = 0n;
  const video = { fps: 30, quality: 70, width: 640 };
  const feed = new PictureFeed({ watchers, video: () => video, log: silentLog, clock: () => now });
  const pass = (sequence: number, tracked = true): void => {
    now = BigInt(sequence) * 100_000_000n;
    const frame = camera.frame(sequence);
    feed.see(frame);
    if (tracked) feed.publish(trackOf(frame));
    frame.dispose();
  };
  const wait = (seconds: number): void => {
    now += BigInt(seconds) * 1_000_000_000n;
  };
  return { camera, watchers, feed, pass, wait, video };
}

async function until(done: () => boolean): Promise<void> {
  while (!done()) await delay(5);
}

test('a slow viewer gets fewer pictures, each the newest when it became ready; a fast one gets all', async (t) => {
  const { watchers, feed, pass, camera } = openFeed();
  await using owned = feed;
  const [slow, fast] = [new Page(), new Page()];
  watchers.add(slow).add(fast);
  for (let sequence = 1; sequence <= 10; sequence += 1) {
    pass(sequence);
    await until(() => fast.sequences.at(-1) === sequence);
    fast.ready = true;
    if (sequence === 4 || sequence === 9) {
      slow.ready = true;
      owned.pump();
      t.is(slow.sequences.at(-1), sequence);
    }
  }
  t.deepEqual(fast.sequences, [1, 2, 3, 4, 5, 6, 7, 8, 9, 10]);
  t.deepEqual(slow.sequences, [1, 4, 9]);
  t.deepEqual(fast.boxes, fast.sequences);
  t.true(camera.open <= 1, 'only the newest frame is held');
});

test('every picture carries the track of its own frame, also when the tracker is frames behind', async (t) => {
  const { watchers, feed, camera, wait } = openFeed();
  await using owned = feed;
  const page = new Page();
  watchers.add(page);
  const frames = [1, 2, 3, 4].map((sequence) => camera.frame(sequence));
  for (const frame of frames) owned.see(frame);
  owned.publish(trackOf(frames[0]!)); // the tracker had the first; the second and third were passed by
  await until(() => page.sequences.length === 1);
  owned.publish(trackOf(frames[1]!)); // of a frame that is not held any more: nothing to show
  page.ready = true;
  wait(1);
  owned.publish(trackOf(frames[3]!));
  await until(() => page.sequences.length === 2);
  page.ready = true;
  wait(1);
  for (const frame of frames) frame.dispose();
  const later = camera.frame(50);
  owned.see(later);
  owned.publish(trackOf(later));
  later.dispose();
  await until(() => page.sequences.length === 3);
  t.deepEqual(page.sequences, [1, 4, 50]);
  t.deepEqual(page.boxes, page.sequences);
  await owned.rest();
  t.is(camera.open, 0);
});

test('while nobody watches nothing is held and nothing is made', async (t) => {
  const { watchers, feed, pass, camera } = openFeed();
  await using owned = feed;
  for (let sequence = 1; sequence <= 3; sequence += 1) pass(sequence);
  t.is(camera.open, 0);
  const page = new Page();
  watchers.add(page);
  pass(4);
  await until(() => page.sequences.length === 1);
  watchers.delete(page);
  await owned.rest();
  t.is(camera.open, 0);
});

test('a tracker that does not answer does not stop the video: pictures come, and say that nothing is known', async (t) => {
  const { watchers, feed, pass } = openFeed();
  await using owned = feed;
  const page = new Page();
  watchers.add(page);
  for (let sequence = 1; sequence <= 13; sequence += 1) pass(sequence, false);
  await until(() => page.sequences.length === 1);
  t.deepEqual(page.boxes, [null]);
  t.true(owned instanceof PictureFeed);
});

test('more pictures than asked for are not made', async (t) => {
  const { watchers, feed, pass, video } = openFeed();
  await using owned = feed;
  video.fps = 2;
  const page = new Page();
  watchers.add(page);
  for (let sequence = 1; sequence <= 11; sequence += 1) {
    pass(sequence);
    if (sequence % 5 === 1) await until(() => page.sequences.at(-1) === sequence);
    page.ready = true;
  }
  t.deepEqual(page.sequences, [1, 6, 11]);
  t.true(owned instanceof PictureFeed);
});
