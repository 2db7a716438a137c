import test from 'ava';
import sharp from 'sharp';
import { SourceError } from '../../../src/core/errors.js';
import type { Frame } from '../../../src/core/image/frame.js';
import { silentLog } from '../../../src/core/ports/log.js';
import type { Clocks } from '../../../src/ros/image/stamp.js';
import { openImageSource, type ImageSourceOptions } from '../../../src/ros/image/open-image-source.js';
import { frameSourceContract } from '../../contracts/frame-source.contract.js';
import { MemoryBackend } from '../support/memory-backend.js';
import { nextFrame } from './support/next-frame.js';
import { compressedCdr, imageCdr, type ImageFields } from './support/messages.js';

const topic = '/camera/image_raw';
const size = { width: 4, height: 2 };
const pixels = Uint8Array.from({ length: 24 }, (_, i) => i);

function image(given: Partial<ImageFields> = {}): Uint8Array {
  return imageCdr({ ...size, data: pixels, ...given });
}

/** Opens the source, and sends it a first message as soon as it listens. */
async function openWith(first: Uint8Array | null, options: Partial<ImageSourceOptions> = {}) {
  const backend = new MemoryBackend();
  const participant = await backend.open({ name: 'n', namespace: '/' });
  const on = options.topic ?? topic;
  const opening = openImageSource(participant, { topic: on, log: silentLog, ...options });
  const hear = (cdr: Uint8Array): void => {
    backend.hearRaw(on, cdr);
  };
  if (first) hear(first);
  return { backend, hear, source: await opening };
}

/** A source whose publisher sends until nobody listens. */
async function openFed() {
  const { backend, hear, source } = await openWith(image());
  const timer = setInterval(() => {
    if (backend.subscribed.has(topic)) hear(image());
    else clearInterval(timer);
  }, 2);
  return source;
}

frameSourceContract(test, 'ROS images', {
  open: openFed,
  openFaulty: async () => (await openWith(image(), { stallMs: 50 })).source,
});

async function firstOf(frames: AsyncIterable<Frame>): Promise<Frame> {
  for await (const frame of frames) return frame;
  throw new Error('no frame');
}

test('pixels come as they are, in shared memory, with the step of their rows', async (t) => {
  const step = 16;
  const data = new Uint8Array(step + 12).map((_, i) => i); // the last row ends early
  const { source } = await openWith(image({ encoding: 'bgr8', step, data }));
  const { format, width, height, live, detail } = source.describe();
  t.deepEqual([format, width, height, live], ['bgr24', 4, 2, true]);
  t.regex(detail, /\/camera\/image_raw.*Image bgr8/);
  const frame = await firstOf(source.frames());
  t.is(frame.planes[0]!.stride, step);
  t.deepEqual([...frame.planes[0]!.data], [...data]);
  t.true(frame.planes[0]!.data.buffer instanceof SharedArrayBuffer);
});

test('every encoding becomes the format it is', async (t) => {
  const expected = { rgb8: 'rgb24', bgr8: 'bgr24', mono8: 'gray8', yuv422_yuy2: 'yuyv422', nv12: 'nv12' };
  for (const [encoding, format] of Object.entries(expected)) {
    const step =
      encoding.endsWith('gb8') || encoding.endsWith('gr8') ? 12 : encoding === 'yuv422_yuy2' ? 8 : 4;
    const { source } = await openWith(image({ encoding, step }));
    t.is(source.describe().format, format as never);
    const frame = await firstOf(source.frames());
    t.is(frame.planes.length, encoding === 'nv12' ? 2 : 1);
    if (encoding === 'nv12') t.deepEqual([...frame.planes[1]!.data.subarray(0, 4)], [8, 9, 10, 11]);
  }
});

test('a JPEG picture stays compressed', async (t) => {
  const jpeg = await sharp(Buffer.alloc(48 * 32 * 3, 90), { raw: { width: 48, height: 32, channels: 3 } })
    .jpeg()
    .toBuffer();
  const { source } = await openWith(compressedCdr('rgb8; jpeg compressed bgr8', jpeg), {
    topic: `${topic}/compressed`,
  });
  t.like(source.describe(), { width: 48, height: 32, format: 'rgb24' });
  const frame = await firstOf(source.frames());
  t.deepEqual(Buffer.from(frame.encoded!.data), jpeg);
});

test('an image that cannot be is refused in words', async (t) => {
  const bad: readonly [Partial<ImageFields>, RegExp][] = [
    [{ encoding: 'rgba16' }, /encoding "rgba16" is not understood.*rgb8/],
    [{ step: 11 }, /step 11 is less than a row of 4 pixels rgb8 \(12 bytes\)/],
    [{ width: 0 }, /0x2 pixels/],
    [{ height: 0 }, /4x0 pixels/],
    [{ width: 4_000_000_000, step: 4_294_967_295 }, /4000000000x2 pixels/],
    [{ data: pixels.subarray(0, 20) }, /20 bytes of data are too few/],
  ];
  for (const [fields, message] of bad) {
    await t.throwsAsync(openWith(image(fields)), { instanceOf: SourceError, message }, String(message));
  }
  const lying = image();
  new DataView(lying.buffer).setUint32(lying.length - 28, 4_000_000_000, true); // the data's length
  await t.throwsAsync(openWith(lying), { message: /4000000000 bytes of data, but there are 24/ });
  await t.throwsAsync(openWith(Uint8Array.of(0, 1, 0, 0, 9)), { message: /not a sensor_msgs\/Image/ });
  await t.throwsAsync(openWith(Uint8Array.of(0, 7, 0, 0)), { message: /not plain CDR/ });
  await t.throwsAsync(openWith(compressedCdr('png', Uint8Array.of(0x89, 0x50)), { topic: '/a/compressed' }), {
    message: /format "png" is not understood/,
  });
});

test('bad images among good ones are passed over and counted; another size is a fault', async (t) => {
  const { hear, source } = await openWith(image());
  const frames = source.frames()[Symbol.asyncIterator]();
  await frames.next();
  hear(image({ encoding: 'odd' }));
  hear(image());
  t.is((await nextFrame(frames)).sequence, 1);
  t.is(source.statistics().dropped, 1);
  hear(image({ width: 2, step: 12 }));
  await t.throwsAsync(async () => frames.next(), {
    instanceOf: SourceError,
    message: /changed from 4x2 rgb8 to 2x2 rgb8/,
  });
});

test('only the newest image waits for a busy reader', async (t) => {
  const { hear, source } = await openWith(image());
  for (let i = 1; i < 50; i++) hear(image({ sec: i }));
  t.is((await firstOf(source.frames())).sequence, 49);
  t.is(source.statistics().dropped, 49);
});

test('a reader that holds all frames makes new ones pass by, not the process grow', async (t) => {
  const { hear, source } = await openWith(image());
  const frames = source.frames()[Symbol.asyncIterator]();
  const held: Frame[] = [];
  for (let i = 0; i < 4; i++) {
    held.push((await frames.next()).value as Frame);
    hear(image());
  }
  hear(image());
  t.true(source.statistics().dropped >= 2);
  for (const frame of held) frame.dispose();
  hear(image());
  t.truthy((await frames.next()).value);
});

test('a publisher that goes away is waited for, and frames go on when it is back', async (t) => {
  const { backend, hear, source } = await openWith(image(), { reconnect: true, stallMs: 30 });
  const frames = source.frames()[Symbol.asyncIterator]();
  await frames.next();
  backend.others = 0;
  while (source.statistics().link!.connected) await new Promise((resolve) => setTimeout(resolve, 10));
  t.regex(
    source.statistics().link!.fault!,
    /no image for 0.03 s; .*nobody publishes sensor_msgs\/msg\/Image/,
  );
  const next = nextFrame(frames);
  hear(image());
  t.is((await next).sequence, 1);
  t.like(source.statistics().link!, { connected: true, reconnects: 1, fault: null });
  await source.close();
});

test('opening says why nothing comes', async (t) => {
  const wait = { openMs: 20 };
  await t.throwsAsync(openWith(null, wait), { instanceOf: SourceError, message: /its publisher is silent/ });
  const backend = new MemoryBackend();
  backend.others = 0;
  const participant = await backend.open({ name: 'n', namespace: '/' });
  const open = () =>
    openImageSource(participant, { topic, log: silentLog, ...wait, reliability: 'reliable' });
  await t.throwsAsync(open, { message: /nobody publishes/ });
  backend.mismatch = { count: 1, policy: 'reliability' };
  await t.throwsAsync(open, { message: /do not offer.*reliability; we ask for reliable/ });
});

test('the stamp of an image gives its capture time; what is no stamp of this clock does not', async (t) => {
  const now: Clocks = { monotonicNs: 100_000_000_000n, wallNs: 1_700_000_000_500_000_000n };
  const clocks = (): Clocks => now;
  const capturedOf = async (sec: number, nanosec: number) => {
    const { source } = await openWith(image({ sec, nanosec, frameId: 'optical' }), { clocks });
    const { capturedAtNs, sequence } = await firstOf(source.frames());
    return { capturedAtNs, header: source.headers.of(sequence) };
  };
  t.deepEqual(await capturedOf(1_700_000_000, 480_000_000), {
    capturedAtNs: now.monotonicNs - 20_000_000n,
    header: { stampNs: 1_700_000_000_480_000_000n, frameId: 'optical', capturedAtNs: 99_980_000_000n },
  } as never);
  for (const sec of [0, 1_600_000_000, 1_700_000_001]) {
    t.is((await capturedOf(sec, 0)).capturedAtNs, now.monotonicNs, String(sec));
  }
});
