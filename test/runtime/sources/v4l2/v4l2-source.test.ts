import { statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import test from 'ava';
import sharp from 'sharp';
import { SourceError, UsageError } from '../../../../src/core/errors.js';
import { openSource } from '../../../../src/runtime/sources/open-source.js';
import type { CameraAnswer, CameraTask } from '../../../support/fakev4l2/camera-task.js';
import { buildFakeCamera, runCamera, type CameraSettings } from '../../../support/fakev4l2/fake-camera.js';
import { temporaryFolder } from '../support/make-video.js';

const folder = temporaryFolder(test);
const library = buildFakeCamera(folder);
/** Needs the pretended camera of test/support/fakev4l2; one process at a time. */
const cameraTest = library === null ? test.skip : test.serial;
const uri = 'v4l2:///dev/video0';

function camera(task: Partial<CameraTask> = {}, settings: CameraSettings = {}): Promise<CameraAnswer> {
  return runCamera(library!, { kind: 'read', uri, ...task }, settings);
}

if (library === null)
  test('no C compiler (cc): the tests against a pretended camera are skipped', (t) => t.pass());

cameraTest('a camera keeps the contract of frame sources', async (t) => {
  const { contract } = await camera({ kind: 'contract' });
  t.true(contract!.length >= 6);
  t.deepEqual(
    contract!.filter(({ failure }) => failure !== undefined),
    [],
  );
});

for (const [what, settings, task] of [
  ['does not know of them', { USERPTR: 0 }, {}],
  ['refuses them when it sees them', { USERPTR: 2 }, {}],
  ['is not to be given them', {}, { uri: `${uri}?memory=mmap` }],
] as const) {
  cameraTest(`a camera that ${what} gives its own buffers, not ours in shared memory`, async (t) => {
    const { pictures, description, error } = await camera({ limit: 20, ...task }, settings);
    t.is(error, undefined);
    t.is(description!.detail, 'Pretended camera: yuyv 64x48, each frame copied once');
    t.is(description!.holdable, undefined);
    t.is(pictures!.length, 20);
    for (const picture of pictures!) {
      t.true(picture.consistent);
      t.false(picture.shared);
    }
  });
}

cameraTest('a camera keeps the contract with its own buffers, too', async (t) => {
  const { contract } = await camera({ kind: 'contract' }, { USERPTR: 0 });
  t.deepEqual(
    contract!.filter(({ failure }) => failure !== undefined),
    [],
  );
});

cameraTest('as many frames as were wished for can be held while the camera goes on', async (t) => {
  const options = { hold: { bytes: 1e9, ms: 100 } };
  const { held, description } = await camera({ kind: 'hold', limit: 120, options });
  t.true(description!.holdable! >= 11);
  t.is(held!.frames, description!.holdable! - 1);
  t.is(held!.intact, 120 - held!.frames);
  const much = await camera({ kind: 'hold', limit: 60, options: { hold: { bytes: 1e9, ms: 1e6 } } });
  t.is(much.description!.holdable, 28); // the kernel knows 32 buffers at most
  t.is(much.held!.intact, 60 - much.held!.frames);
});

cameraTest('YUYV frames come in shared memory, with the driver’s times and numbers', async (t) => {
  const { pictures, description, statistics } = await camera({ limit: 20 });
  t.deepEqual(description, {
    ...{ uri, width: 64, height: 48, format: 'yuyv422', fps: 100, live: true },
    ...{ detail: 'Pretended camera: yuyv 64x48', holdable: 1 },
  });
  t.is(pictures!.length, 20);
  t.is(pictures![0]!.sequence, 0);
  const [first] = pictures!;
  for (const picture of pictures!) {
    t.true(picture.consistent && picture.shared);
    t.deepEqual(picture.strides, [128]);
    t.false(picture.fullRange);
    t.is(picture.firstByte, (first!.firstByte + 3 * picture.sequence) & 255); // the picture of that number
    t.true(picture.ageNs >= 0 && picture.ageNs < 5e9);
  }
  const span = pictures!.at(-1)!.sequence + 1;
  t.deepEqual(statistics, { delivered: 20, dropped: span - 20 });
});

for (const [format, frameFormat, planes] of [
  ['nv12', 'nv12', [64, 64]],
  ['grey', 'gray8', [64]],
] as const) {
  cameraTest(`${format} frames have their planes, also with padded rows`, async (t) => {
    for (const padding of [0, 32]) {
      const { pictures, description } = await camera(
        { uri: `${uri}?format=${format}` },
        { PADDING: padding },
      );
      t.is(description!.format, frameFormat);
      for (const picture of pictures!) {
        t.true(picture.consistent);
        t.deepEqual(
          picture.strides,
          planes.map((stride) => stride + padding),
        );
      }
    }
  });
}

cameraTest('MJPEG is decoded to RGB, also at a smaller JPEG scale and without Huffman tables', async (t) => {
  const colours = [
    [250, 20, 10],
    [10, 240, 30],
    [5, 15, 245],
  ] as const;
  const jpegs = await Promise.all(colours.map(([r, g, b]) => jpeg(r, g, b)));
  const whole = join(folder, 'whole.mjpeg');
  const bare = join(folder, 'bare.mjpeg');
  writeFileSync(whole, Buffer.concat(jpegs));
  writeFileSync(bare, Buffer.concat(jpegs.map(withoutHuffmanTables)));
  for (const [file, scale, width] of [
    [whole, 1, 64],
    [whole, 2, 32],
    [whole, 8, 8],
    [bare, 1, 64],
  ] as const) {
    const { pictures, description, error } = await camera(
      { uri: `${uri}?format=mjpeg&jpegScale=${scale}`, limit: 6 },
      { JPEG: file },
    );
    t.is(error, undefined);
    t.like(description, { format: 'rgb24', width, height: (width * 3) / 4 });
    t.is(pictures!.length, 6);
    let first: number | undefined;
    for (const { mean, sequence, lengths } of pictures!) {
      t.deepEqual(lengths, [width * ((width * 3) / 4) * 3]);
      const index = mean.indexOf(Math.max(...mean));
      const colour = colours[index]!;
      for (const channel of [0, 1, 2]) t.true(Math.abs(mean[channel]! - colour[channel]!) <= 6, mean.join());
      first ??= (index - sequence) % 3;
      t.is((first + sequence) % 3, index);
    }
  }
});

cameraTest('MJPEG pictures are handed on as they are to a reader that decodes them itself', async (t) => {
  const file = join(folder, 'handed-on.mjpeg');
  writeFileSync(file, await jpeg(250, 20, 10));
  const { pictures, description, error } = await camera(
    { uri: `${uri}?format=mjpeg`, limit: 6, options: { encoded: true } },
    { JPEG: file },
  );
  t.is(error, undefined);
  t.like(description, { format: 'rgb24', width: 64, height: 48 });
  t.deepEqual(
    pictures!.map(({ encodedBytes }) => encodedBytes),
    Array.from({ length: 6 }, () => statSync(file).size),
  );
});

cameraTest('a damaged JPEG picture is dropped; nothing but damage is a fault', async (t) => {
  const good = await jpeg(9, 9, 9);
  const some = join(folder, 'some.mjpeg');
  const none = join(folder, 'none.mjpeg');
  writeFileSync(some, Buffer.concat([good, Buffer.from('ffd8ffe0ffd9', 'hex'), good]));
  writeFileSync(none, Buffer.from('ffd8ffe0ffd9', 'hex'));
  const dropped = await camera({ uri: `${uri}?format=mjpeg`, limit: 6 }, { JPEG: some });
  t.is(dropped.error, undefined);
  t.true(new Set(dropped.pictures!.map(({ sequence }) => sequence % 3)).size <= 2); // each third is damaged
  t.true(dropped.statistics!.dropped >= 1);
  const { error } = await camera({ uri: `${uri}?format=mjpeg` }, { JPEG: none });
  t.deepEqual(error, { name: 'SourceError', message: `${uri}: 30 damaged JPEG pictures in a row` });
});

cameraTest('without a format the first is taken that has the asked size and rate', async (t) => {
  const file = join(folder, 'fast.mjpeg');
  writeFileSync(file, await jpeg(1, 2, 3));
  const fast = await camera({ uri: `${uri}?fps=200`, limit: 2 }, { JPEG: file });
  t.like(fast.description, { format: 'rgb24', fps: 200 }); // only MJPEG has it
  const small = await camera({ uri: `${uri}?size=32x24&fps=50`, limit: 2 }, { JPEG: file });
  t.like(small.description, { format: 'yuyv422', fps: 50, width: 32, height: 24 });
});

cameraTest('what the driver does not set as asked is a usage error that lists what it offers', async (t) => {
  const offers = 'the device offers yuyv, nv12, grey: 64x48 \\(100, 50 fps\\), 32x24 \\(100, 50 fps\\)$';
  for (const [query, message] of [
    ['size=640x480', `size: asked for 640x480, got 64x48; ${offers}`],
    ['fps=30', `fps: asked for 30, got 100; ${offers}`],
    ['format=rgb3', `format: asked for rgb3, got YUYV; ${offers}`],
    ['format=h264', 'format: "h264" is not known; known are yuyv, nv12, yu12'],
  ] as const) {
    const { error } = await camera({ uri: `${uri}?${query}` });
    t.is(error!.name, 'UsageError');
    t.regex(error!.message, new RegExp(`source "${uri}": ${message}`));
  }
});

cameraTest('a slow consumer gets the newest frame; what it missed is counted', async (t) => {
  const pauseMs = 300;
  const { pictures, statistics } = await camera({ limit: 5, pauseMs });
  const later = pictures!.slice(1);
  t.true(later.every(({ consistent }) => consistent));
  // without anyone emptying the queue, the last buffer would have been filled right after the frame before
  t.true(Math.min(...later.map(({ ageNs }) => ageNs)) < (pauseMs * 1e6) / 2);
  const gaps = pictures!.slice(1).map((picture, index) => picture.sequence - pictures![index]!.sequence);
  t.true(gaps.every((gap) => gap > 1));
  t.is(statistics!.dropped, pictures!.at(-1)!.sequence + 1 - 5);
});

cameraTest('gaps in the driver’s count and damaged buffers are dropped frames', async (t) => {
  const { pictures, statistics } = await camera({ limit: 12 }, { SKIP: 5, DAMAGED: 3 });
  const driverNumbers = pictures!.map(({ firstByte }) => (firstByte * 171) & 255); // the pattern moves 3 a frame, 3 * 171 = 1
  t.true(driverNumbers.every((number) => number % 5 !== 4));
  t.true(statistics!.dropped >= 5);
  t.is(statistics!.dropped, pictures!.at(-1)!.sequence + 1 - 12);
});

cameraTest(
  'time stamps of another clock are replaced by the time of dequeuing, and the detail says so',
  async (t) => {
    const { pictures, description } = await camera({}, { CLOCK: 'realtime' });
    t.regex(description!.detail, /times taken at dequeuing/);
    for (const { ageNs } of pictures!) t.true(ageNs >= 0 && ageNs < 5e9);
  },
);

cameraTest('an unplugged camera is a fault, not an end', async (t) => {
  const { pictures, error } = await camera({ limit: 100 }, { UNPLUG: 6 });
  t.true(pictures!.length <= 6);
  t.is(error!.name, 'SourceError');
  t.regex(error!.message, /^v4l2:\/\/\/dev\/video0: the device is gone or failed \(VIDIOC_DQBUF: ENODEV\)$/);
});

cameraTest('with reconnect an unplugged camera is waited for, and the numbers go on', async (t) => {
  const { pictures, error, description } = await camera(
    { limit: 12, options: { reconnect: true } },
    { UNPLUG: 5, REPLUG_MS: 300 },
  );
  t.is(error, undefined);
  t.is(pictures!.length, 12);
  t.true(pictures!.every(({ consistent }) => consistent));
  for (const [index, { sequence }] of pictures!.slice(1).entries())
    t.true(sequence > pictures![index]!.sequence);
  t.regex(description!.detail, /, reconnects: \d+$/);
});

cameraTest('aborting ends the wait for a frame, and for a camera that is away', async (t) => {
  const silent = await camera({ abortAfterMs: 300 }, { SILENT: 1 });
  t.is(silent.error, undefined);
  t.is(silent.pictures!.length, 0);
  const away = await camera({ options: { reconnect: true }, limit: 100, abortAfterMs: 600 }, { UNPLUG: 2 });
  t.is(away.error, undefined);
  t.true(away.pictures!.length <= 2);
});

cameraTest('a camera that falls silent is a fault', async (t) => {
  const { error } = await camera({ stallMs: 200 }, { SILENT: 1 });
  t.deepEqual(error, { name: 'SourceError', message: `${uri}: no frame for 0.2 s` });
});

cameraTest('busy, forbidden and unfit devices each have their words', async (t) => {
  const cases: readonly [CameraSettings, RegExp][] = [
    [{ BUSY: 1 }, /: the device is busy: another program is using it \(fuser -v \/dev\/video0 names it\)$/],
    [{ OPEN_ERRNO: 13 }, /: permission denied: cameras belong to the group "video"; add yourself/],
    [{ OPEN_ERRNO: 19 }, /: the device is gone or failed \(open \/dev\/video0: ENODEV\)$/],
    [{ KIND: 'output' }, /: Pretended camera \(fakev4l2\) does not capture video$/],
    [{ KIND: 'mplane' }, /: Pretended camera \(fakev4l2\) captures in several planes/],
    [{ KIND: 'nostream' }, /: Pretended camera \(fakev4l2\) cannot stream through memory mapping$/],
  ];
  for (const [settings, message] of cases) {
    const { error } = await camera({}, settings);
    t.is(error!.name, 'SourceError');
    t.regex(error!.message, message);
  }
  const { error } = await camera({ kind: 'second' });
  t.regex(error!.message, /the device is busy/);
});

test('no such device, and what is no camera, each have their words', async (t) => {
  await t.throwsAsync(openSource('/dev/video77'), {
    instanceOf: SourceError,
    message: /^\/dev\/video77: no such device; there (is no|are) \/dev\/video/,
  });
  await t.throwsAsync(openSource('v4l2:///dev/null'), {
    instanceOf: SourceError,
    message: /^v4l2:\/\/\/dev\/null: not a V4L2 video capture device \(VIDIOC_QUERYCAP: ENOTTY\)$/,
  });
  await t.throwsAsync(openSource('v4l2:///dev/video0?fps=0'), { instanceOf: UsageError });
});

cameraTest(
  'a frame kept past the end of its source stays whole until it is disposed, and is empty then',
  async (t) => {
    const { late } = await camera({ kind: 'late' });
    t.deepEqual(late, { whileHeld: true, planesAfterDispose: 0 });
  },
);

cameraTest('opening and closing 200 times leaves no descriptor and no memory behind', async (t) => {
  const { before, after } = await camera({ kind: 'leak', limit: 200 }, { FPS: 500 });
  t.is(after!.descriptors, before!.descriptors);
  t.true(after!.rss - before!.rss < 20e6, `${(after!.rss - before!.rss) / 1e6} MB`);
});

function jpeg(r: number, g: number, b: number): Promise<Buffer> {
  return sharp({ create: { width: 64, height: 48, channels: 3, background: { r, g, b } } })
    .jpeg({ optimiseCoding: false })
    .toBuffer();
}

/** As many cameras send them: the decoder is to know the standard tables. */
function withoutHuffmanTables(bytes: Buffer): Buffer {
  const kept: Buffer[] = [bytes.subarray(0, 2)];
  for (let at = 2; ;) {
    const marker = bytes.readUInt16BE(at);
    if (marker === 0xffda) return Buffer.concat([...kept, bytes.subarray(at)]);
    const end = at + 2 + bytes.readUInt16BE(at + 2);
    if (marker !== 0xffc4) kept.push(bytes.subarray(at, end));
    at = end;
  }
}
