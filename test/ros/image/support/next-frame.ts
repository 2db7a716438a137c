import type { Frame } from '../../../../src/core/image/frame.js';

/** The next frame. @throws Error at the end */
export async function nextFrame(frames: AsyncIterator<Frame>): Promise<Frame> {
  const next: IteratorResult<Frame, unknown> = await frames.next();
  if (next.done === true) throw new Error('the source has ended');
  return next.value;
}
