import type { Size } from '../../core/geometry/box.js';
import type { PixelFormat } from '../../core/image/frame.js';

/** Bytes of a Matroska stream (RFC 9559) that carries frames as the camera gives them, with their times: what ffmpeg's raw video input cannot. */

/** ColourSpace of V_UNCOMPRESSED tracks, as ffmpeg reads it. */
const fourccs: Readonly<Record<PixelFormat, string>> = {
  rgb24: 'RGB\u0018',
  bgr24: 'BGR\u0018',
  gray8: 'Y800',
  yuyv422: 'YUY2',
  nv12: 'NV12',
  yuv420p: 'I420',
};

/** What comes before the first frame; `jpeg`: frames are compressed pictures. Times are in microseconds. */
export function videoHeader({
  format,
  width,
  height,
}: Size & { readonly format: PixelFormat | 'jpeg' }): Buffer {
  const ebml = master('1a45dfa3', [
    unsigned('4286', 1), // EBMLVersion
    unsigned('42f7', 1), // EBMLReadVersion
    unsigned('42f2', 4), // EBMLMaxIDLength
    unsigned('42f3', 8), // EBMLMaxSizeLength
    text('4282', 'matroska'), // DocType
    unsigned('4287', 4), // DocTypeVersion
    unsigned('4285', 2), // DocTypeReadVersion
  ]);
  const info = master('1549a966', [
    unsigned('2ad7b1', 1000), // TimestampScale, ns
    text('4d80', 'tagalong'), // MuxingApp
    text('5741', 'tagalong'), // WritingApp
  ]);
  const video = master('e0', [
    unsigned('b0', width), // PixelWidth
    unsigned('ba', height), // PixelHeight
    ...(format === 'jpeg' ? [] : [text('2eb524', fourccs[format])]), // UncompressedFourCC
  ]);
  const track = master('ae', [
    unsigned('d7', 1), // TrackNumber
    unsigned('73c5', 1), // TrackUID
    unsigned('83', 1), // TrackType: video
    unsigned('9c', 0), // FlagLacing
    text('86', format === 'jpeg' ? 'V_MJPEG' : 'V_UNCOMPRESSED'), // CodecID
    video,
  ]);
  const segmentOfUnknownSize = Buffer.from('1853806701ffffffffffffff', 'hex');
  return Buffer.concat([ebml, segmentOfUnknownSize, info, master('1654ae6b', [track])]);
}

/** What comes before the `bytes` of one frame: a cluster of its own, so that no time is relative. */
export function frameHeader(timeUs: bigint, bytes: number): Buffer {
  const timestamp = unsigned('e7', timeUs);
  const block = Buffer.from([0x81, 0, 0, 0x80]); // track 1, time +0, keyframe
  const blockHead = Buffer.concat([Buffer.from('a3', 'hex'), sizeOf(block.length + bytes), block]);
  const content = timestamp.length + blockHead.length + bytes;
  return Buffer.concat([Buffer.from('1f43b675', 'hex'), sizeOf(content), timestamp, blockHead]);
}

function master(id: string, children: readonly Buffer[]): Buffer {
  return element(id, Buffer.concat(children));
}

function unsigned(id: string, value: number | bigint): Buffer {
  const data = Buffer.alloc(8);
  data.writeBigUInt64BE(BigInt(value));
  return element(id, data);
}

function text(id: string, value: string): Buffer {
  return element(id, Buffer.from(value, 'latin1'));
}

function element(id: string, data: Buffer): Buffer {
  return Buffer.concat([Buffer.from(id, 'hex'), sizeOf(data.length), data]);
}

/** A size in eight bytes: the marker bit, then 56 bits. */
function sizeOf(bytes: number): Buffer {
  const data = Buffer.alloc(8);
  data.writeBigUInt64BE((1n << 56n) | BigInt(bytes));
  return data;
}
