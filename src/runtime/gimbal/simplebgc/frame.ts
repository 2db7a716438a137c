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

/** Finds frames of either protocol in a stream; what is damaged is counted, and searched for a frame that began within. */
export class SimpleBgcReader {
  #waiting: Uint8Array = new Uint8Array(0);
  #damaged = 0;

  /** Frames with a bad checksum. */
  get damaged(): number {
    return this.#damaged;
  }

  push(bytes: Uint8Array): SimpleBgcFrame[] {
    const all = Uint8Array.from([...this.#waiting, ...bytes]);
    const frames: SimpleBgcFrame[] = [];
    let at = 0;
    for (;;) {
      while (at < all.length && all[at] !== start[1] && all[at] !== start[2]) at++;
      if (all.length - at < 4) break;
      const [command, size, check] = [all[at + 1]!, all[at + 2]!, all[at + 3]!];
      if (((command + size) & 0xff) !== check) {
        at++; // hardly a frame at all: the start byte stands in payloads, too
        continue;
      }
      const protocol = all[at] === start[1] ? 1 : 2;
      const end = at + 4 + size + protocol;
      if (all.length < end) break;
      const payload = all.slice(at + 4, at + 4 + size);
      if (isWhole(all.subarray(at, end), payload, protocol)) {
        frames.push({ command, payload });
        at = end;
      } else {
        this.#damaged += 1;
        at++;
      }
    }
    this.#waiting = all.slice(at);
    return frames;
  }

  /** Forgets what is half read: the line was cut. */
  reset(): void {
    this.#waiting = new Uint8Array(0);
  }
}

function isWhole(frame: Uint8Array, payload: Uint8Array, protocol: SimpleBgcProtocol): boolean {
  if (protocol === 1) return frame.at(-1) === sum(payload);
  return simpleBgcCrc(frame.subarray(1, -2)) === (frame.at(-2)! | (frame.at(-1)! << 8));
}

function sum(bytes: Uint8Array): number {
  return bytes.reduce((total, byte) => (total + byte) & 0xff, 0);
}
