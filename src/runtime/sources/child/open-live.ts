import type { FrameSource } from '../../../core/ports/frame-source.js';
import { frameSource } from '../../../core/sources/frame-driver.js';
import type { HoldBudget } from '../../../core/sources/held-frames.js';
import { ReconnectingDriver } from '../reconnecting-driver.js';
import { withFirstFrame } from '../with-first-frame.js';
import { RawVideoDriver, type RawVideoOptions } from './raw-video-driver.js';

/**
 * Opens a live source whose frames a child writes. A first frame has come when this resolves; frames are stamped with
 * CLOCK_MONOTONIC when their last byte has come.
 */
export async function openLive(
  options: Omit<RawVideoOptions, 'timestamp' | 'firstSequence'>,
  {
    reconnect = false,
    signal,
    hold,
  }: { readonly reconnect?: boolean; readonly signal?: AbortSignal; readonly hold?: HoldBudget },
): Promise<FrameSource> {
  const { uri } = options.description;
  const open = (firstSequence: number, openSignal?: AbortSignal) =>
    withFirstFrame(
      new RawVideoDriver({
        stallMs: 10_000,
        ...options,
        firstSequence,
        hold,
        timestamp: () => process.hrtime.bigint(),
      }),
      uri,
      openSignal,
    );
  const driver = await open(0, signal);
  return frameSource(reconnect ? new ReconnectingDriver(driver, open) : driver);
}
