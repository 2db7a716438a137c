import { type Box, boxFromCorner, type Size } from '../../../src/core/geometry/box.js';
import { type Frame, frameBytes, packedFrame, type PixelFormat } from '../../../src/core/image/frame.js';
import { createRandom } from '../../../src/core/random.js';
import { channelsOf, indexOf } from '../../../src/training/occlude/channel.js';

export const sceneSize: Size = { width: 160, height: 96 };
export const targetLevel = 230;

/** A square of 16 px that goes to and fro over the middle of the picture, one box a frame. */
export function wanderingSquare(frames: number): Box[] {
  return Array.from({ length: frames }, (_, index) =>
    boxFromCorner({ x: 72 + Math.round(12 * Math.sin(index / 9)), y: 40, width: 16, height: 16 }),
  );
}

/** Speckled, sloping ground with a bright square at the box, alike in every channel. */
export function drawScene(box: Box | null, sequence: number, format: PixelFormat = 'yuv420p'): Frame {
  const frame = packedFrame(format, sceneSize, new Uint8Array(frameBytes(format, sceneSize)), { sequence });
  for (const channel of channelsOf(frame)) {
    const random = createRandom(7);
    for (let y = 0; y < channel.height; y += 1) {
      for (let x = 0; x < channel.width; x += 1) {
        const ground = 40 + (x * channel.wide) / 2 + random.below(12);
        const inside =
          box !== null &&
          Math.abs(x * channel.wide + 0.5 - box.cx) < box.width / 2 &&
          Math.abs(y * channel.tall + 0.5 - box.cy) < box.height / 2;
        channel.data[indexOf(channel, x, y)] = inside ? targetLevel : ground;
      }
    }
  }
  return frame;
}

/** Pixels of the first channel that show the target. */
export function targetPixels(frame: Frame): number {
  const luma = channelsOf(frame)[0]!;
  let count = 0;
  for (let y = 0; y < luma.height; y += 1) {
    for (let x = 0; x < luma.width; x += 1) {
      if (luma.data[indexOf(luma, x, y)] === targetLevel) count += 1;
    }
  }
  return count;
}

/** All bytes of a frame that are picture, not padding. */
export function bytesOf(frame: Frame): string {
  const bytes = channelsOf(frame).flatMap((channel) =>
    Array.from({ length: channel.height * channel.width }, (_, at) => {
      const y = Math.floor(at / channel.width);
      return channel.data[indexOf(channel, at - y * channel.width, y)]!;
    }),
  );
  return Buffer.from(bytes).toString('base64');
}
