import type { Look } from '../frame-reader.js';

/** Header, control byte, length, sequence number, command, and the checksum at the end. */
const overhead = 10;
/** No frame of the documented commands is longer; what claims to be is noise. */
const longestData = 64;

export interface SiyiFrame {
  readonly command: number;
  /** It answers one of ours. */
  readonly isAnswer: boolean;
  readonly data: Uint8Array;
}

/** 55 66, control (1: asks for an answer), length, sequence, command, data, CRC; little-endian ("SIYI Gimbal Camera SDK", 3.3.1). */
export function encodeSiyi(command: number, data: Uint8Array, sequence: number): Uint8Array {
  const bytes = new Uint8Array(overhead + data.length);
  const view = new DataView(bytes.buffer);
  view.setUint16(0, 0x6655, true);
  view.setUint8(2, 1);
  view.setUint16(3, data.length, true);
  view.setUint16(5, sequence & 0xffff, true);
  view.setUint8(7, command);
  bytes.set(data, 8);
  view.setUint16(8 + data.length, siyiCrc(bytes.subarray(0, 8 + data.length)), true);
  return bytes;
}

/** CRC-16/XMODEM: polynomial 0x1021, initial value 0, highest bit first. */
export function siyiCrc(bytes: Uint8Array): number {
  let crc = 0;
  for (const byte of bytes) {
    crc ^= byte << 8;
    for (let bit = 0; bit < 8; bit++) crc = ((crc << 1) ^ (crc & 0x8000 ? 0x1021 : 0)) & 0xffff;
  }
  return crc;
}

/** Looks for a frame at the beginning of `bytes`. */
export function lookForSiyi(bytes: Uint8Array): Look<SiyiFrame> {
  if (bytes[0] !== 0x55 || (bytes[1] ?? 0x66) !== 0x66) return 'none';
  if (bytes.length < overhead) return 'more';
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  const dataLength = view.getUint16(3, true);
  if (dataLength > longestData) return 'none';
  const length = overhead + dataLength;
  if (bytes.length < length) return 'more';
  const sumAt = length - 2;
  if (siyiCrc(bytes.subarray(0, sumAt)) !== view.getUint16(sumAt, true)) return 'damaged';
  const isAnswer = (bytes[2]! & 2) !== 0;
  return { frame: { command: bytes[7]!, isAnswer, data: bytes.slice(8, sumAt) }, length };
}
