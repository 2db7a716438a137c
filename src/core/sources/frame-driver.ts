import { SourceError } from '../errors.js';
import type { Frame } from '../image/frame.js';
import type { FrameSource, SourceDescription, SourceLink, SourceStatistics } from '../ports/frame-source.js';

/** The part of a source that differs from device to device; {@link frameSource} adds the manners all sources share. */
export interface FrameDriver {
  describe(): SourceDescription;
  /** Frames lost so far between the device and the caller of `next`. */
  dropped(): number;
  /** Of a driver that waits for its device to come back. */
  link?(): SourceLink;
  /** The next frame; undefined at a normal end or when the signal is aborted. Calls do not overlap. @throws SourceError */
  next(signal: AbortSignal): Promise<Frame | undefined>;
  /** Releases everything but the buffers of frames not yet disposed; called at most once, after `next` has settled. */
  close(): Promise<void>;
}

/** Makes a source of a driver: iterable once, closed when the loop is left, closing ends a waiting loop. */
export function frameSource(driver: FrameDriver): FrameSource {
  const closing = new AbortController();
  let pending: Promise<unknown> = Promise.resolve();
  let closed: Promise<void> | undefined;
  let started = false;
  let delivered = 0;

  const close = (): Promise<void> => {
    closing.abort();
    closed ??= pending.catch(() => undefined).then(() => driver.close());
    return closed;
  };

  async function* frames(signal?: AbortSignal): AsyncGenerator<Frame, void, undefined> {
    if (started) throw new SourceError(`${driver.describe().uri}: frames can be read only once`);
    started = true;
    const stop = signal ? AbortSignal.any([signal, closing.signal]) : closing.signal;
    const stopped = (): boolean => stop.aborted;
    try {
      while (!stopped()) {
        const next = driver.next(stop);
        pending = next;
        const frame = await next;
        if (!frame) return;
        if (stopped()) {
          frame.dispose();
          return;
        }
        delivered += 1;
        yield frame;
      }
    } finally {
      await close();
    }
  }

  return {
    describe: () => driver.describe(),
    statistics: (): SourceStatistics => {
      const link = driver.link?.();
      return { delivered, dropped: driver.dropped(), ...(link && { link }) };
    },
    frames,
    close,
    [Symbol.asyncDispose]: close,
  };
}
