import { SourceError } from '../../core/errors.js';
import type { Size } from '../../core/geometry/box.js';
import type { RawMessage } from '../backend.js';
import { CdrPrefix } from './cdr-prefix.js';
import { readHeader, type MessageHeader } from './image-message.js';
import { jpegSize } from './jpeg-size.js';

/** What a `sensor_msgs/msg/CompressedImage` says of itself, and where its picture lies. */
export interface CompressedMessage extends Size {
  readonly header: MessageHeader;
  /** As the publisher wrote it, such as `rgb8; jpeg compressed bgr8`. */
  readonly format: string;
  readonly offset: number;
  readonly bytes: number;
}

/** A JPEG picture says its size before its pixels; cameras put up to some thumbnails before it. */
const searchedBytes = 65_536;

/** @throws SourceError for what is not a JPEG picture. */
export function readCompressedMessage(message: RawMessage): CompressedMessage {
  try {
    const cdr = new CdrPrefix(message);
    const header = readHeader(cdr);
    const format = cdr.string();
    const { offset, length } = cdr.bytes();
    const start = new Uint8Array(Math.min(searchedBytes, length));
    message.copy(offset, start);
    const size = jpegSize(start);
    if (!size) {
      throw new SourceError(`format "${format}" is not understood: only JPEG pictures are (format "jpeg")`);
    }
    return { header, format, offset, bytes: length, ...size };
  } catch (error) {
    if (error instanceof SourceError) throw error;
    const words = error instanceof Error ? error.message : String(error);
    throw new SourceError(`not a sensor_msgs/CompressedImage: ${words}`, { cause: error });
  }
}
