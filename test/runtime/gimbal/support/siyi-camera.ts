/** A SIYI gimbal camera, written from the SDK chapter of its manual; shares no code with what speaks to it. */
export class SiyiCamera {
  readonly rotations: { readonly yaw: number; readonly pitch: number }[] = [];
  readonly commands: number[] = [];
  readonly sequences: number[] = [];
  bad = 0;
  /** Degrees: as the camera tells them, yaw left positive. */
  angles = { yaw: 0, pitch: 0, roll: 0, yawRate: 0, pitchRate: 0 };
  /** It sends its attitude by itself when asked to, as newer firmwares do. */
  streams = true;
  streaming = false;
  #buffer = Buffer.alloc(0);
  readonly #answer: (bytes: Uint8Array) => void;

  constructor(answer: (bytes: Uint8Array) => void) {
    this.#answer = answer;
  }

  hear(bytes: Uint8Array): void {
    this.#buffer = Buffer.concat([this.#buffer, bytes]);
    for (;;) {
      const start = this.#buffer.indexOf(Buffer.from([0x55, 0x66]));
      if (start < 0) return;
      this.#buffer = this.#buffer.subarray(start);
      if (this.#buffer.length < 10) return;
      const end = 10 + this.#buffer.readUInt16LE(3);
      if (this.#buffer.length < end) return;
      const frame = this.#buffer.subarray(0, end);
      this.#buffer = this.#buffer.subarray(end);
      if (crcByTable(frame.subarray(0, -2)) === frame.readUInt16LE(end - 2)) this.#obey(frame);
      else this.bad += 1;
    }
  }

  tellAttitude(): void {
    const { yaw, pitch, roll, yawRate, pitchRate } = this.angles;
    const data = Buffer.alloc(12);
    [yaw, pitch, roll, yawRate, pitchRate, 0].forEach((value, i) =>
      data.writeInt16LE(Math.round(value * 10), 2 * i),
    );
    this.#answer(frameOf(0x0d, data));
  }

  #obey(frame: Buffer): void {
    const command = frame[7]!;
    const data = frame.subarray(8, -2);
    this.commands.push(command);
    this.sequences.push(frame.readUInt16LE(5));
    if (command === 0x01)
      this.#answer(frameOf(0x01, Buffer.from([3, 2, 0, 0x73, 7, 4, 0, 0x73, 0, 0, 0, 0])));
    if (command === 0x07) {
      this.rotations.push({ yaw: data.readInt8(0), pitch: data.readInt8(1) });
      this.#answer(frameOf(0x07, Buffer.from([1])));
    }
    if (command === 0x0d) this.tellAttitude();
    if (command === 0x25 && this.streams && data[0] === 1) {
      this.streaming = data[1] !== 0;
      this.#answer(frameOf(0x25, Buffer.from([1])));
    }
  }
}

export function frameOf(command: number, data: Buffer): Buffer {
  const head = Buffer.from([0x55, 0x66, 2, data.length, 0, 0, 0, command]);
  const body = Buffer.concat([head, data]);
  const check = Buffer.alloc(2);
  check.writeUInt16LE(crcByTable(body));
  return Buffer.concat([body, check]);
}

/** The manual's table-driven CRC16 (X^16 + X^12 + X^5 + 1, from 0). */
function crcByTable(bytes: Buffer): number {
  const table = Array.from({ length: 256 }, (_, byte) => {
    let entry = byte * 256;
    for (let i = 0; i < 8; i++) entry = entry >= 0x8000 ? (entry * 2 - 0x10000) ^ 0x1021 : entry * 2;
    return entry;
  });
  return bytes.reduce((crc, byte) => ((crc & 0xff) * 256) ^ table[(crc >> 8) ^ byte]!, 0);
}
