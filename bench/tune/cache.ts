import type { FrameSource } from '../../src/core/ports/frame-source.js';
import { frameBytes, packedFrame, type PixelFormat } from '../../src/core/image/frame.js';
import { MemorySource } from '../../src/core/ports/memory/memory-source.js';
import { planeLayout, type Frame } from '../../src/core/image/frame.js';
import { openSource } from '../../src/runtime/sources/open-source.js';
import type { SequenceFolder } from '../../src/training/evaluate/index.js';

/** A decoded sequence in memory that threads share. */
export interface CachedSequence {
  readonly sequence: SequenceFolder;
  readonly width: number;
  readonly height: number;
  readonly format: PixelFormat;
  readonly fullRange: boolean;
  /** Tightly packed frames, one after the other. */
  readonly pixels: SharedArrayBuffer;
  /** The frame of `pixels` that the sequence starts with. */
  readonly first: number;
}

/** Decodes a sequence once, in its native format. @throws SourceError as the source does. */
export async function cacheSequence(sequence: SequenceFolder): Promise<CachedSequence> {
  await using source = await openSource(sequence.input);
  const { width, height, format } = source.describe();
  const bytes = frameBytes(format, { width, height });
  const pixels = new SharedArrayBuffer(bytes * sequence.truth.length);
  let index = 0;
  let fullRange = false;
  for await (const frame of source.frames()) {
    if (index < sequence.truth.length) pack(frame, new Uint8Array(pixels, index * bytes, bytes));
    fullRange = frame.fullRange ?? false;
    frame.dispose();
    index += 1;
  }
  if (index !== sequence.truth.length) {
    throw new Error(`${sequence.name}: ${sequence.truth.length} lines of truth, ${index} frames`);
  }
  return { sequence, width, height, format, fullRange, pixels, first: 0 };
}

/**
 * The same sequence begun at `count` places, evenly spread, each moved on to where the target is there: one run is one roll of the dice, several are
 * a measurement. What is shorter than 10 frames is left out.
 */
export function startsOf(cached: CachedSequence, count: number): CachedSequence[] {
  const { sequence } = cached;
  const { name, truth } = sequence;
  return Array.from({ length: count }, (_, k) => {
    const wished = Math.floor((k * truth.length) / count);
    return truth.findIndex((box, index) => index >= wished && box !== null);
  })
    .filter((first, k) => k === 0 || (first >= 0 && truth.length - first >= 10))
    .map((first) =>
      first === 0
        ? cached
        : {
            ...cached,
            first,
            sequence: { ...sequence, name: `${name}@${first}`, truth: truth.slice(first) },
          },
    );
}

/** Plays a cached sequence; nothing is copied. */
export function openCached({
  sequence,
  width,
  height,
  format,
  fullRange,
  pixels,
  first,
}: CachedSequence): FrameSource {
  const bytes = frameBytes(format, { width, height });
  return new MemorySource(
    sequence.truth.map((_, index) =>
      packedFrame(format, { width, height }, new Uint8Array(pixels, (first + index) * bytes, bytes), {
        fullRange,
        sequence: index,
      }),
    ),
  );
}

/** Copies the planes without their padding. */
function pack(frame: Frame, target: Uint8Array): void {
  let offset = 0;
  planeLayout(frame.format, frame).forEach(({ rowBytes, rows }, plane) => {
    const { data, stride } = frame.planes[plane]!;
    for (let row = 0; row < rows; row += 1) {
      target.set(data.subarray(row * stride, row * stride + rowBytes), offset);
      offset += rowBytes;
    }
  });
}
