import { SourceError } from '../../core/errors.js';
import type { Frame } from '../../core/image/frame.js';
import type { FrameDriver } from '../../core/sources/frame-driver.js';

/**
 * Waits for the first frame, so that what is wrong from the start shows at opening.
 * @throws SourceError when there is no frame at all; the signal's reason when aborted. The driver is closed then.
 */
export async function withFirstFrame(
  driver: FrameDriver,
  display: string,
  signal: AbortSignal = new AbortController().signal,
): Promise<FrameDriver> {
  let first: Frame | undefined;
  try {
    first = await driver.next(signal);
    signal.throwIfAborted();
    if (!first) throw new SourceError(`${display}: there is no frame in it`);
  } catch (error) {
    first?.dispose();
    await driver.close();
    throw error;
  }
  return {
    describe: () => driver.describe(),
    dropped: () => driver.dropped(),
    next: (nextSignal) => {
      if (!first) return driver.next(nextSignal);
      const frame = first;
      first = undefined;
      return Promise.resolve(frame);
    },
    close: async () => {
      first?.dispose();
      await driver.close();
    },
  };
}
