import { clamp } from '../../../core/geometry/box.js';
import type { GimbalRates } from '../../../core/gimbal/gimbal-motion.js';
import type { Dialect, DialectEvent } from '../dialect-output.js';
import { FrameReader } from '../frame-reader.js';
import { encodeSiyi, lookForSiyi } from './frame.js';

export const siyiCommands = {
  firmware: 0x01,
  rotate: 0x07,
  photo: 0x0c,
  attitude: 0x0d,
  stream: 0x25,
} as const;

/** Function of command 0x0C: yaw turns with the vehicle, as the angles the gimbal tells are counted from it. */
const followMode = 4;
/** Data type and rate code of command 0x25: attitude, 50 a second. */
const attitudeStream = [1, 6];

const degree = Math.PI / 180;

export interface SiyiDialectOptions {
  /** What the gimbal makes of 100 %, deg/s: the protocol knows percents alone. */
  readonly fullRate: number;
  /** Reads of one datagram never continue in the next. */
  readonly packets: boolean;
}

/**
 * SIYI's gimbal cameras (A8 mini, ZR10, ZR30, ZT6 …) by their SDK: rotation in percent of the full rate, attitude as a stream
 * where the firmware has one. Signs as ArduPilot's driver found them: rotation right and up positive, told yaw LEFT positive.
 */
export class SiyiDialect implements Dialect {
  readonly name = 'siyi';
  readonly yawFrame = 'vehicle';
  readonly #options: SiyiDialectOptions;
  readonly #reader = new FrameReader(lookForSiyi);
  #sequence = 0;

  constructor(options: SiyiDialectOptions) {
    this.#options = options;
  }

  get damaged(): number {
    return this.#reader.damaged;
  }

  greet(): Uint8Array[] {
    return [
      this.#frame(siyiCommands.firmware),
      this.#frame(siyiCommands.photo, followMode),
      this.#frame(siyiCommands.stream, ...attitudeStream),
    ];
  }

  askAttitude(): Uint8Array {
    return this.#frame(siyiCommands.attitude);
  }

  run(rates: GimbalRates | null): Uint8Array[] {
    // whoever stops sending has let go: there is nothing to hand back
    return rates
      ? [this.#frame(siyiCommands.rotate, this.#percent(rates.yaw), this.#percent(rates.pitch))]
      : [];
  }

  read(bytes: Uint8Array): DialectEvent[] {
    if (this.#options.packets) this.#reader.reset();
    return this.#reader.push(bytes).flatMap(({ command, data }): DialectEvent[] => {
      if (command === siyiCommands.attitude && data.length >= 12) return [readAttitude(data)];
      if (command === siyiCommands.firmware && data.length >= 8) {
        const [patch, minor, major] = data.subarray(4, 7);
        return [{ kind: 'device', text: `SIYI, gimbal firmware ${major}.${minor}.${patch}` }];
      }
      return [];
    });
  }

  reset(): void {
    this.#reader.reset();
  }

  /** Towards zero never to nothing: a slow rate is still a rate. */
  #percent(rate: number): number {
    const percent = (100 * rate) / (this.#options.fullRate * degree);
    const whole = Math.abs(percent) < 0.5 ? 0 : Math.round(percent);
    return clamp(whole, -100, 100) & 0xff;
  }

  #frame(command: number, ...data: number[]): Uint8Array {
    const sequence = this.#sequence;
    this.#sequence = (sequence + 1) & 0xffff;
    return encodeSiyi(command, Uint8Array.from(data), sequence);
  }
}

/** Tenths of degrees and of degrees a second: yaw, pitch, roll, and their rates. */
function readAttitude({ buffer, byteOffset }: Uint8Array): DialectEvent {
  const view = new DataView(buffer, byteOffset);
  const value = (i: number): number => view.getInt16(2 * i, true) * 0.1 * degree;
  return {
    kind: 'attitude',
    angles: { yaw: -value(0), pitch: value(1), roll: value(2) },
    rates: { yaw: -value(3), pitch: value(4) },
  };
}
