import type { Control } from '../../core/ports/control.js';
import type { Log } from '../../core/ports/log.js';
import type { Sink } from '../../core/ports/sink.js';
import type { Track } from '../../core/tracking/track.js';
import { openView, type CameraView } from './autopilot/camera-view.js';
import { LandingGuide } from './autopilot/landing-guide.js';
import { VehicleFollower } from './autopilot/vehicle-follower.js';
import { CameraComponent } from './camera/camera-component.js';
import type { LinkBus } from './link-bus.js';
import type { LinkStatus } from './links/link.js';
import { openBus, type OpenedBus } from './open-bus.js';
import type { MavlinkOptions } from './options.js';

export interface MavlinkContext {
  /** Carries out the commands that come. */
  readonly control: Control;
  readonly log: Log;
  /** Of the program, such as `0.1.0`. */
  readonly version: string;
  /** Whether video is being recorded now. */
  readonly recording?: () => boolean;
}

/** What there is to tell of the MAVLink side. */
export interface MavlinkStatus {
  /** Null: no autopilot was heard yet, and none is configured; nothing is sent. */
  readonly sysid: number | null;
  readonly links: readonly LinkStatus[];
}

/** Tracks to MAVLink, and commands from it; see docs/mavlink.md. */
export class MavlinkSink implements Sink {
  readonly name = 'mavlink';
  readonly #opened: OpenedBus;
  readonly #camera: CameraComponent;
  readonly #landing: LandingGuide | null;
  readonly #follower: VehicleFollower | null;
  #closed = false;

  constructor(
    opened: OpenedBus,
    view: CameraView | null,
    options: MavlinkOptions,
    { control, log, version, recording }: MavlinkContext,
  ) {
    const { bus } = opened;
    const { landingTarget, follow } = options;
    this.#opened = opened;
    // the options' schema asks for a view where one of the two is wanted
    this.#landing = landingTarget && view ? new LandingGuide(bus, landingTarget, view) : null;
    this.#follower =
      follow && view
        ? new VehicleFollower(bus, { options: follow, view, autopilot: () => bus.autopilot, log })
        : null;
    this.#camera = new CameraComponent(bus, {
      options,
      control,
      version,
      horizontalDegrees: view?.horizontalDegrees ?? null,
      ...(recording && { recording }),
    });
  }

  /** For whoever speaks over the same links, such as a gimbal's controller. */
  get bus(): LinkBus {
    return this.#opened.bus;
  }

  /** Packets that a link did not take. */
  get dropped(): number {
    return this.bus.status().reduce((sum, { dropped }) => sum + dropped, 0);
  }

  status(): MavlinkStatus {
    return { sysid: this.bus.sysid, links: this.bus.status() };
  }

  publish(track: Track): void {
    if (this.#closed) return;
    this.#camera.publish(track);
    this.#landing?.publish(track);
    this.#follower?.publish(track);
  }

  /** Idempotent; takes half a second at most. */
  async close(): Promise<void> {
    this.#closed = true;
    this.#follower?.[Symbol.dispose](); // says its last word
    this.#camera[Symbol.dispose]();
    await this.#opened.close();
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }
}

/** @throws UsageError for a key, state or calibration file that cannot be used. */
export async function openMavlink(options: MavlinkOptions, context: MavlinkContext): Promise<MavlinkSink> {
  const view = await openView(options.camera);
  return new MavlinkSink(await openBus(options, context), view, options, context);
}
