import type { Box } from '../src/core/geometry/box.js';
import { packedFrame, type Frame } from '../src/core/image/frame.js';
import { createRandom } from '../src/core/random.js';

/** A short loop of frames to be measured on: a bright textured square circles over a textured ground. */
export interface Scene {
  readonly firstBox: Box;
  frame(index: number): Frame;
}

const [width, height, side, length] = [640, 360, 48, 60];

/** 640x360, yuv420p as ffmpeg delivers it, in shared memory as the live loop's ring is. */
export function createScene(): Scene {
  const texture = Uint8Array.from({ length: 64 * 64 }, noise(1, 64, 60));
  const target = Uint8Array.from({ length: side * side }, noise(2, 130, 100));
  const pictures = Array.from({ length }, (_, index) => paint(texture, target, boxAt(index)));
  return {
    firstBox: boxAt(0),
    frame: (index) =>
      packedFrame('yuv420p', { width, height }, pictures[index % length]!, {
        sequence: index,
        capturedAtNs: BigInt(index) * 33_333_333n,
      }),
  };
}

function boxAt(index: number): Box {
  const angle = (2 * Math.PI * index) / length;
  const centre = { cx: Math.round(320 + 120 * Math.cos(angle)), cy: Math.round(180 + 80 * Math.sin(angle)) };
  return { ...centre, width: side, height: side };
}

function noise(seed: number, low: number, range: number): () => number {
  const random = createRandom(seed);
  return () => low + random.below(range);
}

function paint(texture: Uint8Array, target: Uint8Array, { cx, cy }: Box): Uint8Array {
  const data = new Uint8Array(new SharedArrayBuffer((width * height * 3) / 2));
  data.fill(128, width * height); // no colour
  for (let y = 0; y < height; y += 1) {
    for (let x = 0; x < width; x += 1) {
      // the ground's texels are 4 pixels wide, as in a real picture neighbours are alike
      data[y * width + x] = texture[((y >> 2) & 63) * 64 + ((x >> 2) & 63)]!;
    }
  }
  for (let y = 0; y < side; y += 1) {
    const start = (cy - side / 2 + y) * width + cx - side / 2;
    data.set(target.subarray((y & ~3) * side, (y & ~3) * side + side), start);
  }
  return data;
}
