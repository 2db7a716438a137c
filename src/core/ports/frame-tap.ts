import type { SharedFrame } from '../image/shared-frame.js';

/**
 * Sees every frame the live loop gets, tracked or not: recording, the console's video. `see` returns at once and never
 * throws; a tap that needs the pixels longer calls `frame.share()` and disposes its share soon: the source's buffers are few.
 */
export interface FrameTap {
  readonly name: string;
  see(frame: SharedFrame): void;
}
