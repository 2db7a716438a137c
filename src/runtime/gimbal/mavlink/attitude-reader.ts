import { common } from 'mavlink-mappings';
import { ClockOffset } from '../../../core/gimbal/clock-offset.js';
import type { AttitudeReport, GimbalRates, YawFrame } from '../../../core/gimbal/gimbal-motion.js';
import {
  fromEuler,
  multiply,
  normaliseQuaternion,
  toEuler,
  type Quaternion,
} from '../../../core/gimbal/quaternion.js';

const { GimbalDeviceFlags: Flags } = common;

/** Reads GIMBAL_DEVICE_ATTITUDE_STATUS: its clock into ours, its yaw into the earth frame where that can be known. */
export class AttitudeReader {
  readonly #clock = new ClockOffset();
  #yawFrame: YawFrame | null = null;

  /** Of the last report. */
  get yawFrame(): YawFrame | null {
    return this.#yawFrame;
  }

  /** @param arrivedS seconds of CLOCK_MONOTONIC; @returns null for what is no attitude */
  read(told: common.GimbalDeviceAttitudeStatus, arrivedS: number): AttitudeReport | null {
    const [w = Number.NaN, x = Number.NaN, y = Number.NaN, z = Number.NaN] = told.q;
    const orientation = normaliseQuaternion({ w, x, y, z });
    if (!orientation) return null;
    const timeS = this.#clock.toOurs(told.timeBootMs / 1e3, arrivedS);
    const rates = eulerRates(orientation, told);
    const { flags, deltaYaw } = told;
    // without either flag the lock decides, as before the flags came (mavlink.io/en/messages/common.html#285)
    const isEarth = (flags & Flags.YAW_IN_EARTH_FRAME) !== 0;
    const isVehicle =
      (flags & Flags.YAW_IN_VEHICLE_FRAME) !== 0 || (!isEarth && (flags & Flags.YAW_LOCK) === 0);
    // an extension field: 0 is what a sender leaves who does not know it
    const heading = Number.isFinite(deltaYaw) && deltaYaw !== 0 ? deltaYaw : null;
    if (!isVehicle) {
      this.#yawFrame = 'earth';
      return { timeS, orientation, yawFrame: 'earth', rates, heading };
    }
    if (heading === null) {
      this.#yawFrame = 'vehicle';
      return { timeS, orientation, yawFrame: 'vehicle', rates, heading };
    }
    this.#yawFrame = 'earth';
    const turned = multiply(fromEuler({ yaw: heading, pitch: 0, roll: 0 }), orientation);
    return { timeS, orientation: turned, yawFrame: 'earth', rates: null, heading };
  }
}

/** Rates of yaw and pitch from those about the body's axes; null where they are unknown (NaN). */
function eulerRates(orientation: Quaternion, told: common.GimbalDeviceAttitudeStatus): GimbalRates | null {
  const { angularVelocityY: q, angularVelocityZ: r } = told;
  if (!Number.isFinite(q) || !Number.isFinite(r)) return null;
  const { pitch, roll } = toEuler(orientation);
  const [sine, cosine] = [Math.sin(roll), Math.cos(roll)];
  return {
    yaw: (q * sine + r * cosine) / Math.max(0.1, Math.cos(pitch)),
    pitch: q * cosine - r * sine,
  };
}
