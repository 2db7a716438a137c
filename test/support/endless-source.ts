import { packedFrame, type Frame } from '../../src/core/image/frame.js';
import type { FrameSource } from '../../src/core/ports/frame-source.js';

export interface EndlessSourceOptions {
  readonly width?: number;
  readonly height?: number;
  readonly live?: boolean;
  /** Wait before every frame. */
  readonly everyMs?: number;
  /** First byte of a frame's pixels: for the scripted tracker. */
  readonly firstByteOf?: (sequence: number) => number;
}

/** Black frames in shared memory, until it is closed. */
export function endlessSource({
  width = 100,
  height = 100,
  live = true,
  everyMs = 2,
  firstByteOf = () => 0,
}: EndlessSourceOptions = {}): FrameSource {
  let stopped = false;
  const size = { width, height };
  const close = (): Promise<void> => {
    stopped = true;
    return Promise.resolve();
  };
  return {
    describe: () => ({
      uri: 'endless://',
      ...size,
      format: 'gray8',
      fps: 1000 / everyMs,
      live,
      detail: 'black',
    }),
    statistics: () => ({ delivered: 0, dropped: 0 }),
    async *frames(signal): AsyncGenerator<Frame> {
      for (let sequence = 0; ; sequence += 1) {
        await new Promise((resolve) => setTimeout(resolve, everyMs));
        if (stopped || signal?.aborted) return;
        const data = new Uint8Array(new SharedArrayBuffer(width * height));
        data[0] = firstByteOf(sequence);
        const capturedAtNs = live ? process.hrtime.bigint() : BigInt(sequence) * BigInt(everyMs) * 1_000_000n;
        yield packedFrame('gray8', size, data, { sequence, capturedAtNs });
      }
    },
    close,
    [Symbol.asyncDispose]: close,
  };
}
