import type { FrameMessage } from '../../worker/protocol.js';
import type { JpegOptions } from './to-jpeg.js';

/** To the encoder's thread; one at a time. */
export interface EncodeRequest {
  readonly frame: FrameMessage;
  readonly options: JpegOptions;
}

export type EncodeReply = { readonly jpeg: Uint8Array } | { readonly problem: string };
