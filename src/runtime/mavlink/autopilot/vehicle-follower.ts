import { common, minimal, standard } from 'mavlink-mappings';
import type { Log } from '../../../core/ports/log.js';
import type { Track } from '../../../core/tracking/track.js';
import type { MavlinkBus } from '../bus.js';
import { message } from '../message.js';
import type { MavlinkOptions } from '../options.js';
import type { Autopilot } from '../vehicle.js';
import type { CameraView } from './camera-view.js';
import { followLaw, standstill, type Setpoint } from './follow-law.js';
import { distanceBetween, type Position } from './geofence.js';

type FollowOptions = NonNullable<MavlinkOptions['follow']>;

export interface VehicleFollowerOptions {
  readonly options: FollowOptions;
  readonly view: CameraView;
  readonly autopilot: () => Autopilot | null;
  readonly log: Log;
}

/** Why the vehicle is not led now; null: it is. */
export type Hindrance =
  | 'no fresh track'
  | 'no autopilot'
  | 'not armed'
  | 'not in the guided mode'
  | 'no position'
  | 'outside the geofence'
  | 'a calibration for other pictures';

const { PositionTargetTypemask: Ignore, MavFrame } = common;
/** Velocity and yaw rate count; position, acceleration and yaw do not. */
const typeMask =
  Ignore.X_IGNORE |
  Ignore.Y_IGNORE |
  Ignore.Z_IGNORE |
  Ignore.AX_IGNORE |
  Ignore.AY_IGNORE |
  Ignore.AZ_IGNORE |
  Ignore.YAW_IGNORE;
/** What an autopilot said longer ago does not count, ns. */
const heartbeatLimit = 3_000_000_000n;
const positionLimit = 2_000_000_000n;

/**
 * Leads a vehicle behind the target with velocity set-points. It never arms, takes off, lands or changes a mode: the pilot
 * brings the vehicle into its guided mode, and takes it back by leaving that. A set-point is sent only with a fresh, seen track,
 * inside the geofence, to an armed vehicle; when any of that ends, one last set-point says "stand still", and no more follow.
 */
export class VehicleFollower implements Disposable {
  readonly #bus: MavlinkBus;
  readonly #options: VehicleFollowerOptions;
  readonly #timer: NodeJS.Timeout;
  readonly #stop: () => void;
  readonly #startedAtNs: bigint;
  #seen: { readonly track: Track; readonly atNs: bigint } | null = null;
  #position: { readonly at: Position; readonly atNs: bigint } | null = null;
  /** Where following first began since the vehicle was armed. */
  #home: Position | null = null;
  /** The selection that is followed, and its apparent size when that began, tangents. */
  #subject: { readonly target: number; readonly size: number } | null = null;
  #last: { readonly setpoint: Setpoint; readonly atNs: bigint } | null = null;
  #hindrance: Hindrance | null = 'no fresh track';

  constructor(bus: MavlinkBus, options: VehicleFollowerOptions) {
    this.#bus = bus;
    this.#options = options;
    this.#startedAtNs = bus.now();
    this.#stop = bus.on(standard.GlobalPositionInt, ({ message: it, sysid, compid, receivedAtNs }) => {
      const autopilot = options.autopilot();
      if (sysid !== autopilot?.sysid || compid !== autopilot.compid || (it.lat === 0 && it.lon === 0)) return;
      this.#position = { at: { latitude: it.lat / 1e7, longitude: it.lon / 1e7 }, atNs: receivedAtNs };
    });
    this.#timer = setInterval(() => {
      this.#step();
    }, 1000 / options.options.ratePerSecond);
  }

  get hindrance(): Hindrance | null {
    return this.#hindrance;
  }

  /** Only what is seen counts: neither a prediction nor a memory leads a vehicle. */
  publish(track: Track): void {
    if (track.state === 'tracking' && track.box) this.#seen = { track, atNs: this.#bus.now() };
    else if (track.state !== 'coasting') this.#seen = null; // a prediction may be over soon: the dead man waits for that
  }

  /** The last word is "stand still", if the vehicle was being led. Idempotent. */
  [Symbol.dispose](): void {
    clearInterval(this.#timer);
    this.#stop();
    this.#standStill();
  }

  #step(): void {
    const now = this.#bus.now();
    const autopilot = this.#options.autopilot();
    if (autopilot?.armed !== true) this.#home = null; // the next flight has a place of its own
    const hindrance = this.#judge(now, autopilot);
    if (hindrance !== this.#hindrance) {
      this.#hindrance = hindrance;
      this.#options.log.info(
        { hindrance },
        hindrance === null ? 'leading the vehicle' : `not leading: ${hindrance}`,
      );
    }
    if (hindrance === null) this.#lead(now, this.#seen!.track);
    else this.#standStill();
    // where the pilot had it meanwhile, the distance to keep is that of then
    if (hindrance !== null && hindrance !== 'no fresh track') this.#subject = null;
  }

  #judge(now: bigint, autopilot: Autopilot | null): Hindrance | null {
    const { deadManMs, geofenceMetres, guidedMode } = this.#options.options;
    const { MavAutopilot } = minimal;
    if (!this.#seen || now - this.#seen.atNs > BigInt(deadManMs) * 1_000_000n) return 'no fresh track';
    if (!autopilot || now - autopilot.heardAtNs > heartbeatLimit) return 'no autopilot';
    if (!autopilot.armed) return 'not armed';
    // PX4 wants set-points before it goes into its offboard mode, and obeys them in that mode alone
    const listens = autopilot.kind === MavAutopilot.PX4 || autopilot.customMode === guidedMode;
    if (!listens) return 'not in the guided mode';
    if (!this.#position || now - this.#position.atNs > positionLimit) return 'no position';
    if (!this.#options.view.fits(this.#seen.track.frame)) return 'a calibration for other pictures';
    this.#home ??= this.#position.at;
    return distanceBetween(this.#home, this.#position.at) > geofenceMetres ? 'outside the geofence' : null;
  }

  #lead(now: bigint, { box, frame, target }: Track): void {
    const { view, options } = this.#options;
    const bearing = view.tangents({ x: box!.cx, y: box!.cy }, frame);
    const size = Math.sqrt(box!.width * box!.height) / frame.width;
    if (this.#subject?.target !== target) this.#subject = { target, size };
    const elapsed = this.#last ? Number(now - this.#last.atNs) / 1e9 : 1 / options.ratePerSecond;
    const sight = { bearing, apparent: size / this.#subject.size };
    const setpoint = followLaw(sight, this.#last?.setpoint ?? standstill, Math.min(elapsed, 0.5), options);
    this.#last = { setpoint, atNs: now };
    this.#send(setpoint, now);
  }

  #standStill(): void {
    if (!this.#last) return;
    this.#last = null;
    this.#send(standstill, this.#bus.now());
  }

  #send({ forward, yawRate }: Setpoint, now: bigint): void {
    const autopilot = this.#options.autopilot();
    if (!autopilot) return;
    this.#bus.send(
      message(common.SetPositionTargetLocalNed, {
        timeBootMs: Number((now - this.#startedAtNs) / 1_000_000n) % 2 ** 32,
        targetSystem: autopilot.sysid,
        targetComponent: autopilot.compid,
        coordinateFrame: MavFrame.BODY_NED,
        // eslint-disable-next-line @typescript-eslint/no-unsafe-enum-assignment -- bits: their sum is a number
        typeMask,
        vx: forward,
        yawRate,
      }),
    );
  }
}
