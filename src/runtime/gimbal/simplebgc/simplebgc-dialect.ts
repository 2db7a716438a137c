import type { GimbalRates } from '../../../core/gimbal/gimbal-motion.js';
import type { Dialect, DialectEvent } from '../dialect-output.js';
import { FrameReader } from '../frame-reader.js';
import {
  controlPayload,
  readAngles,
  readFirmware,
  readRealtimeAngles,
  simpleBgcCommands as commands,
} from './commands.js';
import { encodeSimpleBgc, lookForSimpleBgc, type SimpleBgcProtocol } from './frame.js';

/**
 * BaseCam's SimpleBGC boards (AlexMos), 8 and 32 bit: speed mode of CMD_CONTROL, attitude by CMD_GET_ANGLES. Their yaw is
 * the gyroscope's: it counts from wherever the board was switched on and drifts, but it does not turn with the vehicle.
 */
export class SimpleBgcDialect implements Dialect {
  readonly name = 'simplebgc';
  readonly yawFrame = 'earth';
  readonly #protocol: SimpleBgcProtocol;
  readonly #reader = new FrameReader(lookForSimpleBgc);
  #firmware: number | null = null;

  constructor(protocol: SimpleBgcProtocol) {
    this.#protocol = protocol;
  }

  get damaged(): number {
    return this.#reader.damaged;
  }

  greet(): Uint8Array[] {
    return [this.#frame(commands.boardInfo)];
  }

  askAttitude(): Uint8Array {
    return this.#frame(commands.getAngles);
  }

  run(rates: GimbalRates | null): Uint8Array[] {
    return [this.#frame(commands.control, controlPayload(rates, this.#firmware))];
  }

  read(bytes: Uint8Array): DialectEvent[] {
    return this.#reader.push(bytes).flatMap(({ command, payload }): DialectEvent[] => {
      switch (command) {
        case commands.boardInfo: {
          this.#firmware = readFirmware(payload) ?? this.#firmware;
          return [{ kind: 'device', text: `SimpleBGC, firmware ${(this.#firmware ?? 0) / 1000}` }];
        }
        case commands.getAngles: {
          const angles = readAngles(payload);
          return angles ? [{ kind: 'attitude', angles, rates: null }] : [];
        }
        case commands.realtimeData3:
        case commands.realtimeData4: {
          const angles = readRealtimeAngles(payload);
          return angles ? [{ kind: 'attitude', angles, rates: null }] : [];
        }
        default:
          return [];
      }
    });
  }

  reset(): void {
    this.#reader.reset();
  }

  #frame(command: number, payload: Uint8Array = new Uint8Array(0)): Uint8Array {
    return encodeSimpleBgc(this.#protocol, command, payload);
  }
}
