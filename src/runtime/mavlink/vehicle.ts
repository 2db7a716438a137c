import { minimal } from 'mavlink-mappings';
import type { Log } from '../../core/ports/log.js';
import type { MavlinkBus, Received } from './bus.js';

/** What an autopilot said of itself last. */
export interface Autopilot {
  readonly sysid: number;
  readonly compid: number;
  readonly kind: minimal.MavAutopilot;
  readonly armed: boolean;
  /** The autopilot's own number of its flight mode. */
  readonly customMode: number;
  /** CLOCK_MONOTONIC. */
  readonly heardAtNs: bigint;
}

/** An autopilot's component number. */
const autopilotComponent = 1;

/**
 * Hears the autopilot's heartbeat. Its system number becomes ours, unless one is configured: we are a part of that vehicle.
 * The first one heard stays; another vehicle on the line is told to the log once.
 */
export class Vehicle implements Disposable {
  readonly #configured: number | null;
  readonly #log: Log;
  readonly #stop: () => void;
  #autopilot: Autopilot | null = null;
  readonly #others = new Set<number>();

  constructor(bus: Pick<MavlinkBus, 'on'>, configured: number | null, log: Log) {
    this.#configured = configured;
    this.#log = log;
    this.#stop = bus.on(minimal.Heartbeat, (received) => {
      this.#hear(received);
    });
  }

  get sysid(): number | null {
    return this.#configured ?? this.#autopilot?.sysid ?? null;
  }

  /** Null: none was heard yet. */
  get autopilot(): Autopilot | null {
    return this.#autopilot;
  }

  [Symbol.dispose](): void {
    this.#stop();
  }

  #hear({ message, sysid, compid, receivedAtNs }: Received<minimal.Heartbeat>): void {
    const { autopilot: kind, type, baseMode, customMode } = message;
    const { MavAutopilot, MavType, MavModeFlag } = minimal;
    if (compid !== autopilotComponent || kind === MavAutopilot.INVALID || type === MavType.GCS || sysid === 0)
      return;
    const own = this.sysid;
    if (own !== null && sysid !== own) {
      if (!this.#others.has(sysid))
        this.#log.warn({ sysid, own }, `vehicle ${sysid} is on the line; ours is ${own}`);
      this.#others.add(sysid);
      return;
    }
    if (own === null) this.#log.info({ sysid }, `the vehicle's system number is ${sysid}`);
    const armed = (baseMode & MavModeFlag.SAFETY_ARMED) !== 0;
    this.#autopilot = { sysid, compid, kind, armed, customMode, heardAtNs: receivedAtNs };
  }
}
