import { CdrWriter } from '@foxglove/cdr';

export interface ImageFields {
  readonly sec?: number;
  readonly nanosec?: number;
  readonly frameId?: string;
  readonly width: number;
  readonly height: number;
  readonly encoding?: string;
  readonly step?: number;
  readonly data: Uint8Array;
}

/** A `sensor_msgs/msg/Image` as CDR. */
export function imageCdr({ width, height, data, ...rest }: ImageFields): Uint8Array {
  const { sec = 0, nanosec = 0, frameId = 'cam', encoding = 'rgb8', step = 3 * width } = rest;
  const writer = new CdrWriter();
  writer.int32(sec).uint32(nanosec).string(frameId);
  writer.uint32(height).uint32(width).string(encoding).uint8(0).uint32(step);
  writer.sequenceLength(data.length);
  return concat(writer.data, data);
}

/** A `sensor_msgs/msg/CompressedImage` as CDR. */
export function compressedCdr(format: string, data: Uint8Array): Uint8Array {
  const writer = new CdrWriter();
  writer.int32(0).uint32(0).string('cam').string(format).sequenceLength(data.length);
  return concat(writer.data, data);
}

function concat(head: Uint8Array, tail: Uint8Array): Uint8Array {
  const all = new Uint8Array(head.length + tail.length);
  all.set(head);
  all.set(tail, head.length);
  return all;
}
