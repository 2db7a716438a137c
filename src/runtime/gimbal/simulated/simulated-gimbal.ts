import { common, minimal } from 'mavlink-mappings';
import type { GimbalRates } from '../../../core/gimbal/gimbal-motion.js';
import { fromEuler, wrapAngle } from '../../../core/gimbal/quaternion.js';
import type { Log } from '../../../core/ports/log.js';
import { defaultGimbalLimits, type GimbalLimits } from '../../../core/simulation/motion/gimbal.js';
import type { MavlinkBus, Received } from '../../mavlink/bus.js';
import { message } from '../../mavlink/message.js';
import { openBus } from '../../mavlink/open-bus.js';
import { GimbalAxes } from './gimbal-axes.js';

export interface SimulatedGimbalOptions {
  /** Such as `udpin://127.0.0.1:14560`. */
  readonly url: string;
  readonly limits?: GimbalLimits;
  /** Radians; yaw from north. */
  readonly start?: { readonly yaw: number; readonly pitch: number };
  readonly sysid?: number;
  readonly log: Log;
}

/** 60 deg/s and 40 ms from a command to the motor. */
export const simulatedLimits: GimbalLimits = {
  ...defaultGimbalLimits,
  maxRate: Math.PI / 3,
  delay: 0.04,
};

/** MAV_COMP_ID_GIMBAL; also the device's number. */
export const simulatedGimbalComponent = 154;

const { GimbalDeviceFlags: Flags, GimbalManagerCapFlags: Caps, MavCmd, MavResult } = common;
const steady = (Flags.ROLL_LOCK |
  Flags.PITCH_LOCK |
  Flags.YAW_LOCK |
  Flags.YAW_IN_EARTH_FRAME) as common.GimbalDeviceFlags;

interface Holder {
  readonly sysid: number;
  readonly compid: number;
}

const nobody: Holder = { sysid: 0, compid: 0 };

/**
 * A gimbal that is its own manager and device, as the gimbal protocol v2 has it (mavlink.io/en/services/gimbal_v2.html):
 * moves within its limits, obeys primary control alone, tells its attitude 100 times a second.
 */
export class SimulatedGimbal implements AsyncDisposable {
  readonly #bus: MavlinkBus;
  readonly #close: () => Promise<void>;
  readonly #limits: GimbalLimits;
  readonly #axes: GimbalAxes;
  readonly #timers: NodeJS.Timeout[];
  readonly #bootS: number;
  #primary: Holder = nobody;
  #secondary: Holder = nobody;
  #obeyed = 0;

  private constructor(bus: MavlinkBus, close: () => Promise<void>, options: SimulatedGimbalOptions) {
    const { limits = simulatedLimits, start = { yaw: 0, pitch: -0.5 } } = options;
    this.#bus = bus;
    this.#close = close;
    this.#limits = limits;
    this.#bootS = this.#nowS();
    this.#axes = new GimbalAxes(this.#bootS, limits, start);
    bus.on(common.CommandLong, (received) => {
      this.#command(received);
    });
    bus.on(common.GimbalManagerSetPitchyaw, (received) => {
      this.#setPitchYaw(received);
    });
    this.#timers = [
      setInterval(() => {
        this.#tellAttitude();
      }, 10),
      setInterval(() => {
        this.#tellStatus();
      }, 200),
      setInterval(() => {
        this.#beat();
      }, 1000),
    ];
  }

  static async open(options: SimulatedGimbalOptions): Promise<SimulatedGimbal> {
    const { url, sysid = 1, log } = options;
    const links = [{ url }];
    const opened = await openBus({ links, sysid, compid: simulatedGimbalComponent }, { log });
    return new SimulatedGimbal(opened.bus, () => opened.close(), options);
  }

  /** Rate messages that were obeyed. */
  get obeyed(): number {
    return this.#obeyed;
  }

  get primary(): Holder {
    return this.#primary;
  }

  attitude() {
    return this.#axes.attitudeAt(this.#nowS());
  }

  /** Takes the gimbal as an operator does who steers it by hand. */
  take(holder: Holder): void {
    this.#primary = holder;
    this.#tellStatus();
  }

  /** Runs at these rates, as if somebody pushed it. */
  turn(rates: GimbalRates): void {
    this.#axes.run(this.#nowS(), rates);
  }

  async close(): Promise<void> {
    for (const timer of this.#timers) clearInterval(timer);
    await this.#close();
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }

  #nowS(): number {
    return Number(this.#bus.now()) / 1e9;
  }

  #bootMs(nowS = this.#nowS()): number {
    return Math.round((nowS - this.#bootS) * 1e3);
  }

  #isForUs({ targetSystem, targetComponent }: { targetSystem: number; targetComponent: number }): boolean {
    const system = targetSystem === 0 || targetSystem === this.#bus.sysid;
    return system && (targetComponent === 0 || targetComponent === simulatedGimbalComponent);
  }

  #command({ message: told, sysid, compid }: Received<common.CommandLong>): void {
    if (!this.#isForUs(told)) return;
    const result = this.#execute(told, { sysid, compid });
    const { command } = told;
    const ack = { command, result, targetSystem: sysid, targetComponent: compid };
    this.#bus.send(message(common.CommandAck, ack));
    if (result !== MavResult.ACCEPTED) return;
    if (command === MavCmd.REQUEST_MESSAGE) this.#tell(told._param1);
    if (command === MavCmd.DO_GIMBAL_MANAGER_CONFIGURE) this.#tellStatus();
  }

  #execute(told: common.CommandLong, from: Holder): common.MavResult {
    switch (told.command) {
      case MavCmd.REQUEST_MESSAGE:
        return this.#tellers.has(told._param1) ? MavResult.ACCEPTED : MavResult.UNSUPPORTED;
      case MavCmd.SET_MESSAGE_INTERVAL:
        return this.#tellers.has(told._param1) ? MavResult.ACCEPTED : MavResult.UNSUPPORTED;
      case MavCmd.DO_GIMBAL_MANAGER_CONFIGURE:
        this.#primary = holderOf(told._param1, told._param2, this.#primary, from);
        this.#secondary = holderOf(told._param3, told._param4, this.#secondary, from);
        return MavResult.ACCEPTED;
      case MavCmd.DO_GIMBAL_MANAGER_PITCHYAW: {
        if (!this.#obeys(from)) return MavResult.DENIED;
        const degree = Math.PI / 180;
        const [pitch, yaw] = [told._param1 * degree, told._param2 * degree];
        this.#go(pitch, yaw, told._param3 * degree, told._param4 * degree);
        return MavResult.ACCEPTED;
      }
      default:
        return MavResult.UNSUPPORTED;
    }
  }

  #setPitchYaw({ message: told, sysid, compid }: Received<common.GimbalManagerSetPitchyaw>): void {
    const { gimbalDeviceId: device, pitch, yaw, pitchRate, yawRate } = told;
    if (!this.#isForUs(told) || !this.#obeys({ sysid, compid })) return;
    if (device !== 0 && device !== simulatedGimbalComponent) return;
    this.#obeyed += 1;
    this.#go(pitch, yaw, pitchRate, yawRate);
  }

  /** Primary control, or anybody while there is none. */
  #obeys({ sysid, compid }: Holder): boolean {
    const { sysid: ruling, compid: part } = this.#primary;
    return ruling === 0 || (ruling === sysid && part === compid);
  }

  /** NaN: not asked for. Angles, where there are any, are gone to; else rates are run at. */
  #go(pitch: number, yaw: number, pitchRate: number, yawRate: number): void {
    const now = this.#nowS();
    const at = this.#axes.attitudeAt(now);
    if (Number.isFinite(pitch) || Number.isFinite(yaw)) {
      this.#axes.goTo(now, {
        pitch: Number.isFinite(pitch) ? pitch : at.pitch,
        yaw: Number.isFinite(yaw) ? yaw : at.yaw,
      });
    } else if (Number.isFinite(pitchRate) || Number.isFinite(yawRate)) {
      const known = (rate: number): number => (Number.isFinite(rate) ? rate : 0);
      this.#axes.run(now, { yaw: known(yawRate), pitch: known(pitchRate) });
    }
  }

  readonly #tellers = new Map<number, () => void>([
    [
      common.GimbalManagerInformation.MSG_ID,
      () => {
        this.#tellInformation();
      },
    ],
    [
      common.GimbalManagerStatus.MSG_ID,
      () => {
        this.#tellStatus();
      },
    ],
    [
      common.GimbalDeviceAttitudeStatus.MSG_ID,
      () => {
        this.#tellAttitude();
      },
    ],
  ]);

  #tell(id: number): void {
    this.#tellers.get(id)?.();
  }

  #tellInformation(): void {
    const { minPitch, maxPitch } = this.#limits;
    const information = message(common.GimbalManagerInformation, {
      timeBootMs: this.#bootMs(),
      capFlags: Caps.HAS_PITCH_AXIS | Caps.HAS_YAW_AXIS | Caps.HAS_YAW_LOCK | Caps.SUPPORTS_INFINITE_YAW,
      gimbalDeviceId: simulatedGimbalComponent,
      pitchMin: minPitch,
      pitchMax: maxPitch,
      yawMin: -Math.PI,
      yawMax: Math.PI,
    });
    this.#bus.send(information);
  }

  #tellStatus(): void {
    const status = message(common.GimbalManagerStatus, {
      timeBootMs: this.#bootMs(),
      gimbalDeviceId: simulatedGimbalComponent,
      primaryControlSysid: this.#primary.sysid,
      primaryControlCompid: this.#primary.compid,
      secondaryControlSysid: this.#secondary.sysid,
      secondaryControlCompid: this.#secondary.compid,
    });
    this.#bus.send(status);
  }

  #tellAttitude(): void {
    const now = this.#nowS();
    const { yaw, pitch, yawRate, pitchRate } = this.#axes.attitudeAt(now);
    const { w, x, y, z } = fromEuler({ yaw: wrapAngle(yaw), pitch, roll: 0 });
    const status = message(common.GimbalDeviceAttitudeStatus, {
      timeBootMs: this.#bootMs(now),
      flags: steady,
      q: [w, x, y, z],
      // about the camera's own axes
      angularVelocityX: -yawRate * Math.sin(pitch),
      angularVelocityY: pitchRate,
      angularVelocityZ: yawRate * Math.cos(pitch),
    });
    this.#bus.send(status);
  }

  #beat(): void {
    const { MavType, MavAutopilot, MavState } = minimal;
    const beat = message(minimal.Heartbeat, {
      type: MavType.GIMBAL,
      autopilot: MavAutopilot.INVALID,
      systemStatus: MavState.ACTIVE,
      mavlinkVersion: 3,
    });
    this.#bus.send(beat);
  }
}

/** Parameters of DO_GIMBAL_MANAGER_CONFIGURE: -1 leaves it, -2 means the sender, -3 gives it up where it is the sender's. */
function holderOf(sysid: number, compid: number, now: Holder, from: Holder): Holder {
  if (sysid === -1 || compid === -1) return now;
  if (sysid === -2 || compid === -2) return from;
  if (sysid === -3 || compid === -3)
    return now.sysid === from.sysid && now.compid === from.compid ? nobody : now;
  return { sysid, compid };
}
