import { packedFrame, type Frame } from '../../core/image/frame.js';
import { DamagedFrameError } from '../../core/errors.js';
import { loadMjpegDecoder, scaledSize, type MjpegDecoder } from '../sources/v4l2/mjpeg.js';

/** Decodes a compressed frame at 1/reduction of its size; any other frame stays what it is. @throws DamagedFrameError */
export type FrameDecoder = (frame: Frame, reduction?: 1 | 2 | 4 | 8) => Promise<Frame>;

/** The decoder itself is loaded when the first compressed frame comes. */
export function createFrameDecoder(): FrameDecoder {
  let loading: Promise<MjpegDecoder> | undefined;
  return async (frame, reduction = 1) => {
    const { encoded, capturedAtNs, sequence } = frame;
    if (!encoded) return frame;
    loading ??= loadMjpegDecoder();
    const decode = await loading;
    const size = scaledSize(frame, reduction);
    try {
      return packedFrame('rgb24', size, await decode(encoded.data, size), { capturedAtNs, sequence });
    } catch (cause) {
      throw new DamagedFrameError(`frame ${sequence} is a damaged JPEG picture`, { cause });
    }
  };
}
