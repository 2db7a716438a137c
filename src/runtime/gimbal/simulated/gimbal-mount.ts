import { setTimeout as sleep } from 'node:timers/promises';
import { common, minimal } from 'mavlink-mappings';
import { SourceError } from '../../../core/errors.js';
import { GimbalMotion } from '../../../core/gimbal/gimbal-motion.js';
import { toEuler, wrapAngle } from '../../../core/gimbal/quaternion.js';
import type { Log } from '../../../core/ports/log.js';
import type { GimbalAttitude } from '../../../core/simulation/motion/gimbal.js';
import type { MavlinkBus } from '../../mavlink/bus.js';
import { message } from '../../mavlink/message.js';
import { openBus } from '../../mavlink/open-bus.js';
import { AttitudeReader } from '../mavlink/attitude-reader.js';

/** MAV_COMP_ID_ONBOARD_COMPUTER4: the virtual camera's own voice. */
const ownComponent = 194;
/** How long a gimbal may take to be heard, and to turn to where the flight begins; milliseconds. */
const hearingMs = 5000;
const turningMs = 15_000;

/** The virtual camera's place on a gimbal: hears over MAVLink how the gimbal holds it. */
export class GimbalMount implements AsyncDisposable {
  readonly #bus: MavlinkBus;
  readonly #close: () => Promise<void>;
  readonly #motion = new GimbalMotion({ delayS: 0 });
  readonly #url: string;
  readonly #beats: NodeJS.Timeout;

  private constructor(url: string, bus: MavlinkBus, close: () => Promise<void>) {
    this.#url = url;
    this.#bus = bus;
    this.#close = close;
    // a port of UDP forgets who has nothing to say
    this.#beats = setInterval(() => {
      bus.send(heartbeat());
    }, 1000);
    const reader = new AttitudeReader();
    bus.on(common.GimbalDeviceAttitudeStatus, ({ message: told, receivedAtNs }) => {
      const report = reader.read(told, Number(receivedAtNs) / 1e9);
      if (!report) return;
      this.#motion.report(report);
      // until the next report it turns on as it says it does
      if (report.rates) this.#motion.command(report.timeS, report.rates);
    });
  }

  /** @throws SourceError when no gimbal is heard there; UsageError for a URL that is none of a link */
  static async open(url: string, log: Log): Promise<GimbalMount> {
    const opened = await openBus({ links: [{ url }], sysid: 1, compid: ownComponent }, { log });
    const mount = new GimbalMount(url, opened.bus, () => opened.close());
    try {
      await mount.#hear();
    } catch (error) {
      await mount[Symbol.asyncDispose]();
      throw error;
    }
    return mount;
  }

  /** How the camera is held at `timeS` of CLOCK_MONOTONIC. */
  at(timeS: number): GimbalAttitude {
    const { yaw, pitch } = toEuler(this.#motion.orientationAt(timeS));
    const rates = this.#motion.ratesAt(timeS);
    return { yaw, pitch, yawRate: rates.yaw, pitchRate: rates.pitch };
  }

  /** Has the gimbal look somewhere before the flight begins. @throws SourceError when it does not get there */
  async pointAt({ yaw, pitch }: Pick<GimbalAttitude, 'yaw' | 'pitch'>): Promise<void> {
    const until = performance.now() + turningMs;
    const now = (): number => Number(this.#bus.now()) / 1e9;
    for (;;) {
      const at = this.at(now());
      const off = Math.max(Math.abs(wrapAngle(at.yaw - yaw)), Math.abs(at.pitch - pitch));
      if (off < 0.01 && Math.abs(at.yawRate) + Math.abs(at.pitchRate) < 0.01) break;
      if (performance.now() > until)
        throw new SourceError(`sim: gimbal=${this.#url}: does not turn to the target`);
      this.#send({ yaw: wrapAngle(yaw), pitch });
      await sleep(50);
    }
    this.#send({ yawRate: 0, pitchRate: 0 });
  }

  [Symbol.asyncDispose](): Promise<void> {
    clearInterval(this.#beats);
    return this.#close();
  }

  async #hear(): Promise<void> {
    const until = performance.now() + hearingMs;
    // a server of UDP answers those it has heard
    while (!this.#motion.newest) {
      if (performance.now() > until)
        throw new SourceError(`sim: gimbal=${this.#url}: no gimbal answers there`);
      const { REQUEST_MESSAGE: command } = common.MavCmd;
      const target = { targetSystem: 0, targetComponent: 0 };
      this.#bus.send(
        message(common.CommandLong, {
          ...target,
          command,
          _param1: common.GimbalDeviceAttitudeStatus.MSG_ID,
        }),
      );
      await sleep(50);
    }
  }

  #send(told: Partial<common.GimbalManagerSetPitchyaw>): void {
    const unused = { yaw: Number.NaN, pitch: Number.NaN, yawRate: Number.NaN, pitchRate: Number.NaN };
    this.#bus.send(message(common.GimbalManagerSetPitchyaw, { ...unused, ...told }));
  }
}

function heartbeat(): minimal.Heartbeat {
  const { MavType, MavAutopilot, MavState } = minimal;
  return message(minimal.Heartbeat, {
    type: MavType.ONBOARD_CONTROLLER,
    autopilot: MavAutopilot.INVALID,
    systemStatus: MavState.ACTIVE,
    mavlinkVersion: 3,
  });
}
