import { common } from 'mavlink-mappings';
import type { GimbalRates } from '../../../core/gimbal/gimbal-motion.js';
import type { MavlinkBus } from '../../mavlink/bus.js';
import { message } from '../../mavlink/message.js';

/** Somebody who speaks MAVLink. */
export interface Speaker {
  readonly sysid: number;
  readonly compid: number;
}

export interface Manager extends Speaker {
  readonly deviceId: number;
  /** Of the device, which tells its attitude: the manager's own where the device speaks no MAVLink. */
  readonly deviceCompid: number;
}

const { GimbalManagerFlags, MavCmd } = common;
/** DO_GIMBAL_MANAGER_CONFIGURE: leave as it is; give it up. */
const unchanged = -1;
const giveUp = -3;
const yawWithVehicle = (GimbalManagerFlags.ROLL_LOCK |
  GimbalManagerFlags.PITCH_LOCK) as common.GimbalManagerFlags;
const yawWithEarth = (yawWithVehicle | GimbalManagerFlags.YAW_LOCK) as common.GimbalManagerFlags;
/** Microseconds. */
const statusInterval = 2e5;

/** What is said to a gimbal manager (mavlink.io/en/services/gimbal_v2.html). */
export class ManagerCommands {
  readonly #bus: MavlinkBus;

  constructor(bus: MavlinkBus) {
    this.#bus = bus;
  }

  /** Asks all of a vehicle who manages a gimbal. */
  find(sysid: number): void {
    this.#order({ sysid, compid: 0 }, MavCmd.REQUEST_MESSAGE, [common.GimbalManagerInformation.MSG_ID]);
  }

  /** Asks for the attitude, so many times a second, and for who has control. */
  askForStreams(manager: Manager, attitudeHz: number): void {
    const device = { sysid: manager.sysid, compid: manager.deviceCompid };
    const attitude = [common.GimbalDeviceAttitudeStatus.MSG_ID, 1e6 / attitudeHz];
    this.#order(device, MavCmd.SET_MESSAGE_INTERVAL, attitude);
    this.#order(manager, MavCmd.SET_MESSAGE_INTERVAL, [common.GimbalManagerStatus.MSG_ID, statusInterval]);
  }

  /** Asks for primary control in our name. */
  claim(manager: Manager, { sysid, compid }: Speaker): void {
    this.#configure(manager, sysid, compid);
  }

  giveUp(manager: Manager): void {
    this.#configure(manager, giveUp, giveUp);
  }

  /** @param frame the one that the rate of yaw counts in: that in which the attitude is told @returns whether it went out */
  run(
    { sysid, compid, deviceId }: Manager,
    frame: 'vehicle' | 'earth',
    { yaw, pitch }: GimbalRates,
  ): boolean {
    const told = message(common.GimbalManagerSetPitchyaw, {
      targetSystem: sysid,
      targetComponent: compid,
      flags: frame === 'vehicle' ? yawWithVehicle : yawWithEarth,
      gimbalDeviceId: deviceId,
      ...{ pitch: Number.NaN, yaw: Number.NaN, pitchRate: pitch, yawRate: yaw },
    });
    return this.#bus.send(told) > 0;
  }

  #configure(manager: Manager, sysid: number, compid: number): void {
    const secondary = [unchanged, unchanged];
    const unused = [0, 0];
    const parameters = [sysid, compid, ...secondary, ...unused, manager.deviceId];
    this.#order(manager, MavCmd.DO_GIMBAL_MANAGER_CONFIGURE, parameters);
  }

  #order({ sysid, compid }: Speaker, command: common.MavCmd, parameters: readonly number[]): void {
    const told = message(common.CommandLong, { targetSystem: sysid, targetComponent: compid, command });
    for (const [index, value] of parameters.entries()) Reflect.set(told, `_param${index + 1}`, value);
    this.#bus.send(told);
  }
}
