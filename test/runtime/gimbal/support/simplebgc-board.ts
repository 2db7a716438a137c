/**
 * A SimpleBGC board, written from BaseCam's protocol specification and sharing no code with what speaks to it: parses byte by
 * byte, checks every sum, remembers what it was told, and answers. Its CRC is the table-less reflected CRC-16/ARC, turned round.
 */
export interface BoardLog {
  readonly control: { readonly modes: readonly number[]; readonly pitch: number; readonly yaw: number }[];
  readonly questions: number[];
  bad: number;
}

export class SimpleBgcBoard {
  readonly log: BoardLog = { control: [], questions: [], bad: 0 };
  /** Degrees: as the board counts, pitch down positive. */
  angles = { roll: 0, pitch: 0, yaw: 0 };
  firmware = 2730;
  #input: number[] = [];
  readonly #answer: (bytes: Uint8Array) => void;

  constructor(answer: (bytes: Uint8Array) => void) {
    this.#answer = answer;
  }

  hear(bytes: Uint8Array): void {
    for (const byte of bytes) {
      this.#input.push(byte);
      this.#parse();
    }
  }

  frame(start: string, id: number, payload: Buffer): Buffer {
    const header = Buffer.from([id, payload.length, (id + payload.length) % 256]);
    const body = Buffer.concat([header, payload]);
    if (start === '$') {
      const check = Buffer.alloc(2);
      check.writeUInt16LE(crcOfSpecification(body));
      return Buffer.concat([Buffer.from('$'), body, check]);
    }
    const total = payload.reduce((sum, byte) => sum + byte, 0) % 256;
    return Buffer.concat([Buffer.from('>'), body, Buffer.from([total])]);
  }

  #parse(): void {
    const input = this.#input;
    const start = String.fromCharCode(input[0] ?? 0);
    if (start !== '>' && start !== '$') {
      this.#input = [];
      return;
    }
    if (input.length < 4) return;
    const [, id, size, check] = input as [number, number, number, number];
    if ((id + size) % 256 !== check) {
      this.log.bad += 1;
      this.#input = [];
      return;
    }
    if (input.length < 4 + size + (start === '$' ? 2 : 1)) return;
    this.#input = [];
    const payload = Buffer.from(input.slice(4, 4 + size));
    if (!this.frame(start, id, payload).equals(Buffer.from(input))) this.log.bad += 1;
    else this.#obey(start, id, payload);
  }

  #obey(start: string, id: number, payload: Buffer): void {
    if (id === 67) {
      const head = payload.length - 12;
      this.log.control.push({
        modes: [...payload.subarray(0, head)],
        pitch: payload.readInt16LE(head + 4) * 0.1220740379,
        yaw: payload.readInt16LE(head + 8) * 0.1220740379,
      });
      return;
    }
    this.log.questions.push(id);
    if (id === 86) {
      const info = Buffer.alloc(18);
      info.writeUInt8(36, 0);
      info.writeUInt16LE(this.firmware, 1);
      this.#answer(this.frame(start, 86, info));
    }
    if (id === 73) {
      const told = Buffer.alloc(18);
      const { roll, pitch, yaw } = this.angles;
      [roll, pitch, yaw].forEach((angle, axis) =>
        told.writeInt16LE(Math.round((angle * 16384) / 360), axis * 6),
      );
      this.#answer(this.frame(start, 73, told));
    }
  }
}

/** CRC-16/ARC (reflected, 0xA001), its 16 bits reversed: the same as BaseCam's shift to the left. */
export function crcOfSpecification(bytes: Buffer): number {
  let arc = 0;
  for (const byte of bytes) {
    arc ^= byte;
    for (let i = 0; i < 8; i++) arc = arc & 1 ? (arc >> 1) ^ 0xa001 : arc >> 1;
  }
  return parseInt(arc.toString(2).padStart(16, '0').split('').reverse().join(''), 2);
}
