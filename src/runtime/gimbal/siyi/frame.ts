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

/** Finds frames in a stream or in datagrams; damaged ones are counted. */
export class SiyiReader {
  #waiting: Uint8Array = new Uint8Array(0);
  #damaged = 0;

  /** Frames with a bad checksum. */
  get damaged(): number {
    return this.#damaged;
  }

  push(bytes: Uint8Array): SiyiFrame[] {
    const all = Uint8Array.from([...this.#waiting, ...bytes]);
    const view = new DataView(all.buffer);
    const frames: SiyiFrame[] = [];
    let at = 0;
    for (;;) {
      while (at < all.length && !(all[at] === 0x55 && (all[at + 1] ?? 0x66) === 0x66)) at++;
      if (all.length - at < overhead) break;
      const length = view.getUint16(at + 3, true);
      if (length > longestData) {
        at++;
        continue;
      }
      const end = at + overhead + length;
      if (all.length < end) break;
      if (siyiCrc(all.subarray(at, end - 2)) === view.getUint16(end - 2, true)) {
        const isAnswer = (all[at + 2]! & 2) !== 0;
        frames.push({ command: all[at + 7]!, isAnswer, data: all.slice(at + 8, end - 2) });
        at = end;
      } else {
        this.#damaged += 1;
        at++;
      }
    }
    this.#waiting = all.slice(at);
    return frames;
  }

  /** Forgets what is half read. */
  reset(): void {
    this.#waiting = new Uint8Array(0);
  }
}
