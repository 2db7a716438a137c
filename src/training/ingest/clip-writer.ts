import { mkdir, open, rename } from 'node:fs/promises';
import { dirname } from 'node:path';
import type { CornerBox, Size } from '../../core/geometry/box.js';
import { type Frame, frameBytes } from '../../core/image/frame.js';
import { temporaryFor } from '../stage/atomic.js';
import { createLetterboxDetector } from './letterbox.js';
import { toYuv420p } from './resample.js';

/** Appends frames to a file that appears under its name only when finished. */
export interface ClipWriter extends AsyncDisposable {
  readonly frames: number;
  /** Shrinks, converts and appends; the frame is not kept. */
  append(frame: Frame): Promise<void>;
  /** Syncs and renames; answers the area inside letterbox bars. */
  finish(): Promise<CornerBox>;
}

/** Without `finish` only the temporary file is left, which the next run overwrites. */
export async function openClipWriter(path: string, size: Size): Promise<ClipWriter> {
  await mkdir(dirname(path), { recursive: true });
  const file = await open(temporaryFor(path), 'w');
  const buffer = new Uint8Array(frameBytes('yuv420p', size));
  const letterbox = createLetterboxDetector(size);
  let frames = 0;
  let isOpen = true;
  const close = async (): Promise<void> => {
    if (isOpen) await file.close();
    isOpen = false;
  };
  return {
    get frames() {
      return frames;
    },
    append: async (frame) => {
      toYuv420p(frame, size, buffer);
      letterbox.add(buffer);
      await file.writeFile(buffer);
      frames++;
    },
    finish: async () => {
      await file.sync();
      await close();
      await rename(temporaryFor(path), path);
      return letterbox.active();
    },
    [Symbol.asyncDispose]: close,
  };
}
