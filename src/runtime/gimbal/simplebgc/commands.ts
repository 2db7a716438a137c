import { clamp } from '../../../core/geometry/box.js';
import type { GimbalRates } from '../../../core/gimbal/gimbal-motion.js';
import type { EulerAngles } from '../../../core/gimbal/quaternion.js';

export const simpleBgcCommands = {
  boardInfo: 86,
  control: 67,
  getAngles: 73,
  realtimeData3: 23,
  realtimeData4: 25,
} as const;

const degree = Math.PI / 180;
/** Units of speeds and angles in the protocol. */
const speedUnit = 0.1220740379 * degree;
const angleUnit = 0.02197265625 * degree;

const modes = { none: 0, speed: 1 } as const;

/** From this firmware on each axis has a mode of its own (2.55 beta 5). */
const modePerAxisFrom = 2555;

/**
 * CMD_CONTROL: pitch and yaw run at these rates, roll is left to the board; null hands all axes back to the remote control.
 * The protocol's pitch points down. @param firmware as the board says it, null while unknown
 */
export function controlPayload(rates: GimbalRates | null, firmware: number | null): Uint8Array {
  const mode = rates ? modes.speed : modes.none;
  const head = firmware !== null && firmware < modePerAxisFrom ? [mode] : [modes.none, mode, mode];
  const bytes = new DataView(new ArrayBuffer(head.length + 12));
  head.forEach((value, i) => {
    bytes.setUint8(i, value);
  });
  // per axis (roll, pitch, yaw): speed, angle
  bytes.setInt16(head.length + 4, speed(-(rates?.pitch ?? 0)), true);
  bytes.setInt16(head.length + 8, speed(rates?.yaw ?? 0), true);
  return new Uint8Array(bytes.buffer);
}

/** FIRMWARE_VER of CMD_BOARD_INFO, such as 2730 for 2.73 beta 0; null when it is too short. */
export function readFirmware(payload: Uint8Array): number | null {
  return payload.length < 3 ? null : view(payload).getUint16(1, true);
}

/** The camera's angles from CMD_GET_ANGLES; null when it is too short. */
export function readAngles(payload: Uint8Array): EulerAngles | null {
  // per axis: angle by the IMU, target angle, target speed
  return payload.length < 18 ? null : angles(payload, 0, 6);
}

/** The camera's angles from CMD_REALTIME_DATA_3 and _4, which begin alike; null when it is too short. */
export function readRealtimeAngles(payload: Uint8Array): EulerAngles | null {
  // 18 bytes of accelerometer and gyro, 2 x 2 of error counts and code, 12 of remote control, then the angles
  return payload.length < 38 ? null : angles(payload, 32, 2);
}

function angles(payload: Uint8Array, at: number, stride: number): EulerAngles {
  const axis = (i: number): number => view(payload).getInt16(at + i * stride, true) * angleUnit;
  return { roll: axis(0), pitch: -axis(1), yaw: axis(2) };
}

function speed(rate: number): number {
  return clamp(Math.round(rate / speedUnit), -32767, 32767);
}

function view({ buffer, byteOffset, length }: Uint8Array): DataView {
  return new DataView(buffer, byteOffset, length);
}
