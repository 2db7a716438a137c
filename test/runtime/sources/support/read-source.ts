import type { Frame } from '../../../../src/core/image/frame.js';
import type { FrameSource } from '../../../../src/core/ports/frame-source.js';

export interface SeenFrame {
  readonly sequence: number;
  readonly capturedAtNs: bigint;
  readonly width: number;
  readonly height: number;
  /** All planes, one after the other, without row padding. */
  readonly bytes: Buffer;
}

/** Copies frames out of a source, at most `limit`. What was seen before a fault is left in `seen`. */
export async function readFrames(
  source: FrameSource,
  { limit = Infinity, seen = [] }: { readonly limit?: number; readonly seen?: SeenFrame[] } = {},
): Promise<SeenFrame[]> {
  for await (const frame of source.frames()) {
    seen.push(copyFrame(frame));
    frame.dispose();
    if (seen.length >= limit) break;
  }
  return seen;
}

function copyFrame({ sequence, capturedAtNs, width, height, planes }: Frame): SeenFrame {
  const bytes = Buffer.concat(planes.map(({ data }) => Buffer.from(data)));
  return { sequence, capturedAtNs, width, height, bytes };
}
