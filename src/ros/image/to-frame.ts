import type { Frame } from '../../core/image/frame.js';
import type { RawMessage } from '../backend.js';
import { readCompressedMessage } from './compressed-message.js';
import type { ImagePool } from './image-pool.js';
import { readImageMessage, type MessageHeader } from './image-message.js';

export const imageTypes = {
  raw: 'sensor_msgs/msg/Image',
  compressed: 'sensor_msgs/msg/CompressedImage',
} as const;
export type ImageKind = keyof typeof imageTypes;

/** A picture in shared memory, not yet numbered and timed. */
export interface Received {
  readonly header: MessageHeader;
  /** As ROS calls it, for people. */
  readonly encoding: string;
  readonly frame: Omit<Frame, 'capturedAtNs' | 'sequence'>;
}

/**
 * Copies a message's pixels, once, into shared memory.
 * @returns null when no memory is free: somebody holds too many frames.
 * @throws SourceError for a message that is no image
 */
export function receive(kind: ImageKind, message: RawMessage, pool: ImagePool): Received | null {
  return kind === 'raw' ? receiveRaw(message, pool) : receiveCompressed(message, pool);
}

function receiveRaw(message: RawMessage, pool: ImagePool): Received | null {
  const { header, width, height, encoding, format, planes } = readImageMessage(message);
  const [first] = planes;
  const total = planes.reduce((sum, { bytes }) => sum + bytes, 0); // they lie one after the other
  const memory = pool.lend(total);
  if (!memory) return null;
  message.copy(first!.offset, memory.data);
  const placed = planes.map(({ offset, bytes, stride }) => {
    const start = offset - first!.offset;
    return { data: memory.data.subarray(start, start + bytes), stride };
  });
  return {
    ...{ header, encoding },
    frame: { format, width, height, planes: placed, fullRange: false, dispose: memory.release },
  };
}

function receiveCompressed(message: RawMessage, pool: ImagePool): Received | null {
  const { header, width, height, format, offset, bytes } = readCompressedMessage(message);
  const memory = pool.lend(bytes);
  if (!memory) return null;
  message.copy(offset, memory.data);
  const encoded = { codec: 'jpeg', data: memory.data } as const;
  return {
    ...{ header, encoding: format },
    frame: { format: 'rgb24', width, height, planes: [], encoded, dispose: memory.release },
  };
}
