/**
 * A program that reads a camera and prints what it saw as JSON: run with LD_PRELOAD=fakev4l2.so, or inside an emulated
 * machine with a real driver. Its arguments are each a {@link CameraTask} as JSON; it prints one answer a line.
 */
import { readdirSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { setTimeout as delay } from 'node:timers/promises';
import type { Frame, PixelFormat } from '../../../src/core/image/frame.js';
import type { FrameSource } from '../../../src/core/ports/frame-source.js';
import { openSource, type OpenSourceOptions } from '../../../src/runtime/sources/open-source.js';
import { openV4l2 } from '../../../src/runtime/sources/v4l2/v4l2-source.js';
import type { CameraAnswer, CameraTask, SeenPicture } from './camera-task.js';
import { runContract } from './run-contract.js';

for (const text of process.argv.slice(2)) {
  const answer = await perform(JSON.parse(text) as CameraTask);
  process.stdout.write(`${JSON.stringify(answer)}\n`);
}

async function perform({ uri, kind, options = {}, ...rest }: CameraTask): Promise<CameraAnswer> {
  switch (kind) {
    case 'read':
      return read(uri, options, rest);
    case 'hold':
      return hold(uri, options, rest.limit ?? 100);
    case 'second':
      return openSecond(uri, options);
    case 'late':
      return touchLate(uri);
    case 'leak':
      return leak(uri, rest.limit ?? 200);
    case 'contract':
      return { contract: await runContract('camera', () => openSource(uri, options)) };
  }
}

async function read(
  uri: string,
  options: OpenSourceOptions,
  { limit = 10, pauseMs, abortAfterMs, stallMs, after }: Omit<CameraTask, 'uri' | 'kind' | 'options'>,
): Promise<CameraAnswer> {
  const pictures: SeenPicture[] = [];
  let source: FrameSource | undefined;
  let error: CameraAnswer['error'];
  const signal = abortAfterMs === undefined ? undefined : AbortSignal.timeout(abortAfterMs);
  try {
    source =
      stallMs === undefined
        ? await openSource(uri, options)
        : await openV4l2(uri.replace('v4l2://', ''), uri, { ...options, stallMs });
    for await (const frame of source.frames(signal)) {
      pictures.push(look(frame));
      frame.dispose();
      if (pictures.length >= limit) break;
      if (pictures.length === after?.frames) void writeAll(after.writes);
      if (pauseMs !== undefined) await delay(pauseMs);
    }
  } catch (caught) {
    error = { name: (caught as Error).name, message: (caught as Error).message };
  }
  return {
    pictures,
    ...(source && { description: source.describe(), statistics: source.statistics() }),
    ...(error && { error }),
  };
}

async function writeAll(writes: NonNullable<CameraTask['after']>['writes']): Promise<void> {
  for (const { path, value, waitMs } of writes) {
    await writeFile(path, value);
    await delay(waitMs);
  }
}

/** Reads `limit` frames and lets each go only when the source allows no more of them. */
async function hold(uri: string, options: OpenSourceOptions, limit: number): Promise<CameraAnswer> {
  await using source = await openSource(uri, options);
  const description = source.describe();
  const held: { readonly frame: Frame; readonly seen: SeenPicture }[] = [];
  let read = 0;
  let intact = 0;
  for await (const frame of source.frames()) {
    held.push({ frame, seen: look(frame) });
    read += 1;
    if (held.length === description.holdable) {
      const oldest = held.shift()!;
      const { firstByte, consistent } = look(oldest.frame);
      if (consistent && firstByte === oldest.seen.firstByte) intact += 1;
      oldest.frame.dispose();
    }
    if (read === limit) break;
  }
  const frames = held.length;
  for (const { frame } of held) frame.dispose();
  return { description, held: { frames, intact } };
}

/** Opens the camera twice at the same time. */
async function openSecond(uri: string, options: OpenSourceOptions): Promise<CameraAnswer> {
  await using first = await openSource(uri, options);
  first.describe();
  return await read(uri, options, { limit: 1 });
}

/** Keeps a frame past the closing of its source; then reads bytes it no longer owns. */
async function touchLate(uri: string): Promise<CameraAnswer> {
  const source = await openSource(uri);
  let kept: Frame | undefined;
  for await (const frame of source.frames()) {
    kept = frame;
    break;
  }
  const whileHeld = look(kept!).consistent;
  kept!.dispose();
  kept!.dispose();
  return { late: { whileHeld, planesAfterDispose: kept!.planes.length } };
}

async function leak(uri: string, rounds: number): Promise<CameraAnswer> {
  const round = async (): Promise<void> => {
    const source = await openSource(uri);
    for await (const frame of source.frames()) {
      frame.dispose();
      break;
    }
    await source.close();
  };
  for (let index = 0; index < 20; index += 1) await round();
  const before = resources();
  for (let index = 0; index < rounds; index += 1) await round();
  return { before, after: resources() };
}

function resources(): NonNullable<CameraAnswer['before']> {
  globalThis.gc?.();
  return { descriptors: readdirSync('/proc/self/fd').length, rss: process.memoryUsage().rss };
}

function look(frame: Frame): SeenPicture {
  const { width, height, format, sequence, capturedAtNs, planes, fullRange = false } = frame;
  const strides = planes.map(({ stride }) => stride);
  const ageNs = Number(process.hrtime.bigint() - capturedAtNs);
  const pixels = planes[0]?.data ?? new Uint8Array();
  return {
    ...{ width, height, format, sequence, capturedAtNs: String(capturedAtNs), ageNs, strides, fullRange },
    firstByte: pixels[0] ?? -1,
    lengths: planes.map(({ data }) => data.length),
    mean: [0, 1, 2].map((channel) => meanOf(pixels, channel)),
    encodedBytes: frame.encoded?.data.length ?? 0,
    shared: pixels.buffer instanceof SharedArrayBuffer,
    consistent: isPattern(frame),
  };
}

/** fakev4l2's raw picture: byte b of row r is (b + r + first) mod 256, all planes counted as one tall one. */
function isPattern({ format, width, height, planes }: Frame): boolean {
  const rowBytes = width * bytesPerColumn(format);
  const first = planes[0]?.data[0] ?? -1;
  return planes.every(({ data, stride }, index) => {
    const firstRow = index === 0 ? 0 : height;
    const rows = index === 0 ? height : height >> 1;
    for (let row = 0; row < rows; row += 1) {
      for (let byte = 0; byte < rowBytes; byte += 1) {
        if (data[row * stride + byte] !== ((byte + firstRow + row + first) & 255)) return false;
      }
    }
    return true;
  });
}

function bytesPerColumn(format: PixelFormat): number {
  return format === 'yuyv422' ? 2 : format === 'rgb24' ? 3 : 1;
}

function meanOf(pixels: Uint8Array, channel: number): number {
  let sum = 0;
  for (let index = channel; index < pixels.length; index += 3) sum += pixels[index]!;
  return Math.round((sum * 3) / pixels.length);
}
