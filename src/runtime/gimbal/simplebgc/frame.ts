import type { Look } from '../frame-reader.js';
import { simpleBgcCrc } from './crc16.js';

/** 1: `>` and sums modulo 256, all firmwares; 2: `$` and a CRC-16, from 2.68 on. */
export type SimpleBgcProtocol = 1 | 2;

export interface SimpleBgcFrame {
  readonly command: number;
  readonly payload: Uint8Array;
}

const start = { 1: 0x3e, 2: 0x24 } as const;

/** start, command, size, (command + size) mod 256, payload, checksum. @throws RangeError beyond 255 bytes */
export function encodeSimpleBgc(
  protocol: SimpleBgcProtocol,
  command: number,
  payload: Uint8Array,
): Uint8Array {
  if (payload.length > 255)
    throw new RangeError(`SimpleBGC: ${payload.length} bytes do not fit into a frame`);
  const header = [start[protocol], command, payload.length, (command + payload.length) & 0xff];
  if (protocol === 1) return Uint8Array.from([...header, ...payload, sum(payload)]);
  const crc = simpleBgcCrc(Uint8Array.from([...header.slice(1), ...payload]));
  return Uint8Array.from([...header, ...payload, crc & 0xff, crc >> 8]);
}

/** Looks for a frame of either protocol at the beginning of `bytes`. */
export function lookForSimpleBgc(bytes: Uint8Array): Look<SimpleBgcFrame> {
  if (bytes[0] !== start[1] && bytes[0] !== start[2]) return 'none';
  if (bytes.length < 4) return 'more';
  const [command, size, check] = [bytes[1]!, bytes[2]!, bytes[3]!];
  // hardly a frame at all otherwise: the start byte stands in payloads, too
  if (((command + size) & 0xff) !== check) return 'none';
  const protocol = bytes[0] === start[1] ? 1 : 2;
  const length = 4 + size + protocol;
  if (bytes.length < length) return 'more';
  const payload = bytes.slice(4, 4 + size);
  if (!isWhole(bytes.subarray(0, length), payload, protocol)) return 'damaged';
  return { frame: { command, payload }, length };
}

function isWhole(frame: Uint8Array, payload: Uint8Array, protocol: SimpleBgcProtocol): boolean {
  if (protocol === 1) return frame.at(-1) === sum(payload);
  return simpleBgcCrc(frame.subarray(1, -2)) === (frame.at(-2)! | (frame.at(-1)! << 8));
}

function sum(bytes: Uint8Array): number {
  return bytes.reduce((total, byte) => (total + byte) & 0xff, 0);
}
