import test from 'ava';
import sharp from 'sharp';
import { DamagedFrameError } from '../../../src/core/errors.js';
import type { Box } from '../../../src/core/geometry/box.js';
import type { Frame } from '../../../src/core/image/frame.js';
import { IdentityTracker } from '../../../src/core/tracking/identity-tracker.js';
import type { Track } from '../../../src/core/tracking/track.js';
import { DecodingTracker } from '../../../src/runtime/worker/decoding-tracker.js';
import { createFrameDecoder } from '../../../src/runtime/worker/frame-decoder.js';
import { createFrameSender, frameOfMessage } from '../../../src/runtime/worker/frame-transfer.js';
import { modelContract } from '../../support/model-contract.js';

const size = { width: 1280, height: 720 };

/** A grey picture with a red square where the target is. */
async function jpegFrame({ cx, cy, width, height }: Box, sequence = 0): Promise<Frame> {
  const square = {
    width: Math.round(width),
    height: Math.round(height),
    channels: 3,
    background: '#f00',
  } as const;
  const data = await sharp({ create: { ...size, channels: 3, background: '#555' } })
    .composite([
      { input: { create: square }, left: Math.round(cx - width / 2), top: Math.round(cy - height / 2) },
    ])
    .jpeg()
    .toBuffer();
  return {
    ...size,
    ...{ format: 'rgb24', planes: [], encoded: { codec: 'jpeg', data }, capturedAtNs: 5n, sequence },
    dispose: () => undefined,
  };
}

/** Notes what it is shown; says the target is where it was selected, moving. */
class Noting extends IdentityTracker {
  readonly seen: string[] = [];

  override init(frame: Frame, box: Box): Promise<Track> {
    this.seen.push(`init ${frame.width} ${Math.round(box.width)}`);
    return super.init(frame, box);
  }

  override async update(frame: Frame): Promise<Track> {
    this.seen.push(`update ${frame.width}`);
    return { ...(await super.update(frame)), velocity: { x: 2, y: 1 } };
  }
}

function open() {
  const inner = new Noting();
  return { inner, tracker: new DecodingTracker(inner, modelContract(), createFrameDecoder()) };
}

for (const [side, reduced] of [
  [60, 1280],
  [160, 640],
  [332, 320],
] as const) {
  test(`a target of ${side} pixels is looked for in pictures ${reduced} wide, and told of in pixels of the whole`, async (t) => {
    const { inner, tracker } = open();
    const box = { cx: 640, cy: 360, width: side, height: side };
    const frame = await jpegFrame(box);
    const scale = 1280 / reduced;
    t.deepEqual((await tracker.init(frame, box)).box, box);
    const track = await tracker.update(frame);
    t.deepEqual(track.box, box);
    t.deepEqual(track.velocity, { x: 2 * scale, y: scale });
    t.like(track.frame, { ...size, capturedAtNs: 5n });
    t.deepEqual(inner.seen, [`init ${reduced} ${side / scale}`, `update ${reduced}`]);
  });
}

test('a target that has become small is selected anew with more pixels', async (t) => {
  const { inner, tracker } = open();
  const large = { cx: 640, cy: 360, width: 160, height: 160 };
  const small = { ...large, width: 60, height: 60 };
  await tracker.init(await jpegFrame(large), large);
  inner.update = async (frame) => ({
    ...(await IdentityTracker.prototype.update.call(inner, frame)),
    box: { cx: 320, cy: 180, width: 30, height: 30 },
  });
  const track = await tracker.update(await jpegFrame(small, 1));
  t.deepEqual(track.box, small);
  t.deepEqual(inner.seen, ['init 640 80', 'init 1280 60']);
});

test('the decoded pixels are those of the picture, also through the way to the worker', async (t) => {
  const box = { cx: 320, cy: 160, width: 160, height: 80 };
  const frame = await jpegFrame(box);
  const there = frameOfMessage(structuredClone(createFrameSender().toMessage(frame)));
  const { planes, width, sequence, capturedAtNs } = await createFrameDecoder()(there, 4);
  t.like({ width, sequence, capturedAtNs }, { width: 320, sequence: 0, capturedAtNs: 5n });
  const pixel = (x: number, y: number): number[] => [
    ...planes[0]!.data.subarray(3 * (y * 320 + x), 3 * (y * 320 + x) + 3),
  ];
  t.true(pixel(80, 40).every((value, channel) => Math.abs(value - [255, 0, 0][channel]!) < 12));
  t.true(pixel(200, 100).every((value) => Math.abs(value - 0x55) < 6));
});

test('a damaged picture is told apart from a broken tracker, which goes on', async (t) => {
  const { tracker } = open();
  const box = { cx: 640, cy: 360, width: 60, height: 60 };
  const good = await jpegFrame(box);
  await tracker.init(good, box);
  const { data } = good.encoded!;
  const cut = { ...good, encoded: { codec: 'jpeg' as const, data: data.slice(0, 200) } };
  await t.throwsAsync(tracker.update(cut), { instanceOf: DamagedFrameError, message: /frame 0/ });
  t.is((await tracker.update(good)).state, 'tracking');
});

test('frames that are not compressed pass through as they are', async (t) => {
  const { inner, tracker } = open();
  const plain: Frame = {
    ...size,
    format: 'gray8',
    planes: [{ data: new Uint8Array(1280 * 720), stride: 1280 }],
    capturedAtNs: 0n,
    sequence: 3,
    dispose: () => undefined,
  };
  await tracker.init(plain, { cx: 640, cy: 360, width: 400, height: 400 });
  t.like(await tracker.update(plain), { state: 'tracking', frame: { sequence: 3 } });
  await tracker.stop();
  t.is((await tracker.update(plain)).state, 'idle');
  t.deepEqual(inner.seen, ['init 1280 400', 'update 1280', 'update 1280']);
});
