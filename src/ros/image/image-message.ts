import { SourceError } from '../../core/errors.js';
import { planeLayout, type PixelFormat } from '../../core/image/frame.js';
import type { Size } from '../../core/geometry/box.js';
import type { RawMessage } from '../backend.js';
import { CdrPrefix } from './cdr-prefix.js';
import { stampNs } from './stamp.js';

/** A message's `std_msgs/Header`. */
export interface MessageHeader {
  /** ns since 1970; 0: not stamped. */
  readonly stampNs: bigint;
  readonly frameId: string;
}

export interface PlanePlace {
  /** In the message. */
  readonly offset: number;
  readonly bytes: number;
  readonly stride: number;
}

/** What a `sensor_msgs/msg/Image` says of itself, and where its pixels lie. */
export interface ImageMessage extends Size {
  readonly header: MessageHeader;
  readonly encoding: string;
  readonly format: PixelFormat;
  readonly planes: readonly PlanePlace[];
}

/** ROS's encodings (sensor_msgs/image_encodings.hpp; yuyv is Iron's name of yuv422_yuy2), and what they are called here. */
const formats: Readonly<Record<string, PixelFormat>> = {
  rgb8: 'rgb24',
  bgr8: 'bgr24',
  mono8: 'gray8',
  '8UC1': 'gray8',
  yuv422_yuy2: 'yuyv422',
  yuyv: 'yuyv422',
  nv12: 'nv12',
};

const longestSide = 16_384;

/** @throws SourceError for an image that cannot be: no pixels, an unknown encoding, rows or data too short. */
export function readImageMessage(message: RawMessage): ImageMessage {
  try {
    return parse(new CdrPrefix(message));
  } catch (error) {
    if (error instanceof SourceError) throw error;
    const [words] = error instanceof Error ? [error.message] : [String(error)];
    throw new SourceError(`not a sensor_msgs/Image: ${words}`, { cause: error });
  }
}

/** The header both kinds of image begin with. */
export function readHeader(cdr: CdrPrefix): MessageHeader {
  const sec = cdr.int32();
  const nanosec = cdr.uint32();
  return { stampNs: stampNs(sec, nanosec), frameId: cdr.string() };
}

function parse(cdr: CdrPrefix): ImageMessage {
  const header = readHeader(cdr);
  const height = cdr.uint32();
  const width = cdr.uint32();
  const encoding = cdr.string();
  cdr.uint8(); // is_bigendian: all encodings here are of bytes
  const step = cdr.uint32();
  const { offset, length } = cdr.bytes();
  if (width === 0 || height === 0 || Math.max(width, height) > longestSide) {
    throw new SourceError(`an image of ${width}x${height} pixels`);
  }
  const format = Object.hasOwn(formats, encoding) ? formats[encoding] : undefined;
  if (format === undefined) {
    throw new SourceError(
      `encoding "${encoding}" is not understood; known are ${Object.keys(formats).join(', ')}`,
    );
  }
  const planes: PlanePlace[] = [];
  let at = 0;
  for (const { rowBytes, rows } of planeLayout(format, { width, height })) {
    if (step < rowBytes) {
      throw new SourceError(
        `step ${step} is less than a row of ${width} pixels ${encoding} (${rowBytes} bytes)`,
      );
    }
    const needed = step * (rows - 1) + rowBytes; // the last row may end early
    if (at + needed > length) {
      throw new SourceError(
        `${length} bytes of data are too few for ${width}x${height} ${encoding} with step ${step}`,
      );
    }
    planes.push({ offset: offset + at, bytes: Math.min(step * rows, length - at), stride: step });
    at += step * rows;
  }
  return { header, width, height, encoding, format, planes };
}
