import { frameBytes, packedFrame, type Frame, type PixelFormat } from '../../src/core/image/frame.js';

export interface PlainFramesOptions {
  readonly count?: number;
  readonly width?: number;
  readonly height?: number;
  readonly format?: PixelFormat;
  /** Number of the first frame. */
  readonly first?: number;
  readonly onDispose?: (sequence: number) => void;
}

/** Frames of one grey level each, 40 ms apart. */
export function plainFrames({
  count = 5,
  width = 320,
  height = 240,
  format = 'gray8',
  first = 0,
  onDispose,
}: PlainFramesOptions = {}): Frame[] {
  return Array.from({ length: count }, (_, index) => {
    const sequence = first + index;
    const data = new Uint8Array(frameBytes(format, { width, height })).fill(sequence & 255);
    return packedFrame(format, { width, height }, data, {
      sequence,
      capturedAtNs: BigInt(sequence) * 40_000_000n,
      dispose: () => onDispose?.(sequence),
    });
  });
}
