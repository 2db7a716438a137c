import type { Intrinsics } from '../../core/gimbal/pinhole.js';
import type { SharedFrame } from '../../core/image/shared-frame.js';
import type { Control } from '../../core/ports/control.js';
import type { FrameTap } from '../../core/ports/frame-tap.js';
import type { Log } from '../../core/ports/log.js';
import type { Sink } from '../../core/ports/sink.js';
import type { RosOptions } from '../../core/ros/options.js';
import type { Track } from '../../core/tracking/track.js';
import {
  latched,
  reliable,
  type QosMismatch,
  type QosProfile,
  type RosParticipant,
  type RosPublisher,
} from '../backend.js';
import { Commands } from './commands.js';
import { diagnosticsOf } from './diagnostics.js';
import { DirectionTopic } from './direction-topic.js';
import { MismatchWatch, type Watched } from './mismatch-watch.js';
import { PictureTopic, type PictureMaker } from './picture-topic.js';
import { Stamper, SystemWallClock, type KnownHeaders, type WallClock } from './stamper.js';
import { detectionOf, regionOf } from './track-messages.js';

export interface RosNodeContext {
  readonly control: Control;
  readonly log: Log;
  /** Of a source of ROS images: what is said of a frame carries its own header. */
  readonly headers?: KnownHeaders | null;
  /** The calibrated camera, for `direction.calibration`. */
  readonly intrinsics?: Intrinsics | null;
  /** The image topic that is the source; its camera_info lies beside it. */
  readonly imageTopic?: string | null;
  /** Makes the pictures of `image`; without it there are none. */
  readonly pictures?: PictureMaker | null;
  readonly clock?: WallClock;
}

/** How often diagnostics are published, and mismatched others looked for. */
const diagnosticsMs = 1000;

/** The tracker as a ROS node: boxes and state out, commands in. */
export class RosNode implements Sink, FrameTap {
  readonly name = 'ros';
  readonly #participant: RosParticipant;
  readonly #options: RosOptions;
  readonly #control: Control;
  readonly #stamper: Stamper;
  readonly #boxes: RosPublisher;
  readonly #regions: RosPublisher;
  readonly #states: RosPublisher;
  readonly #diagnostics: RosPublisher;
  readonly #direction: DirectionTopic | null;
  readonly #pictures: PictureTopic | null;
  readonly #watch: MismatchWatch;
  readonly #timer: NodeJS.Timeout;
  #toldState: string | null = null;
  #dropped = 0;
  #closed = false;

  /** Owns the participant from now on. */
  constructor(participant: RosParticipant, options: RosOptions, context: RosNodeContext) {
    const { control, log, headers = null, pictures = null, clock = new SystemWallClock() } = context;
    this.#participant = participant;
    this.#options = options;
    this.#control = control;
    this.#stamper = new Stamper({ frameId: options.frameId, headers, clock });
    const qos: QosProfile = { ...options.boxes, durability: 'volatile' };
    this.#boxes = participant.advertise('vision_msgs/msg/Detection2D', 'tracker/bbox', qos);
    this.#regions = participant.advertise('sensor_msgs/msg/RegionOfInterest', 'tracker/roi', qos);
    this.#states = participant.advertise('std_msgs/msg/String', 'tracker/state', latched);
    this.#diagnostics = participant.advertise(
      'diagnostic_msgs/msg/DiagnosticArray',
      '/diagnostics',
      reliable,
    );
    this.#direction = openDirection(participant, options, context, qos);
    this.#pictures =
      options.image && pictures ? new PictureTopic(participant, pictures, options.image, log) : null;
    const commands = new Commands(participant, { control, stamper: this.#stamper });
    this.#watch = new MismatchWatch(this.#watched(commands), log);
    this.#timer = setInterval(() => {
      this.#everySecond();
    }, diagnosticsMs);
    this.#timer.unref();
  }

  /** Such as `/robot/tagalong`. */
  get fullName(): string {
    return this.#participant.nameOf('~/x').slice(0, -2);
  }

  get detail(): string {
    return this.#participant.detail;
  }

  /** Tracks that could not be handed to the middleware, and those that came after closing. */
  get dropped(): number {
    return this.#dropped;
  }

  /** Who reads the boxes, and who does not get them, or is not heard, for their quality of service. */
  status(): { readonly readers: number; readonly mismatches: readonly (QosMismatch & { topic: string })[] } {
    return { readers: this.#boxes.readers(), mismatches: this.#watch.found };
  }

  see(frame: SharedFrame): void {
    this.#pictures?.see(frame);
  }

  publish(track: Track): void {
    if (this.#closed) {
      this.#dropped += 1;
      return;
    }
    const { state, box } = track;
    if (state !== this.#toldState && this.#states.publish({ data: state })) this.#toldState = state;
    const header = this.#stamper.headerOf(track.frame);
    if (box) {
      // no box is no message: a reader must not take an old one for new
      if (!this.#boxes.publish(detectionOf(track, box, header))) this.#dropped += 1;
      const region = regionOf(track, box);
      if (region) this.#regions.publish(region);
      this.#direction?.publish(track, box, header);
    }
    this.#pictures?.publish(track, header);
  }

  async close(): Promise<void> {
    this.#closed = true;
    clearInterval(this.#timer);
    await this.#pictures?.[Symbol.asyncDispose]();
    await this.#participant.close();
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }

  #everySecond(): void {
    this.#watch.look();
    const status = this.#control.status();
    this.#diagnostics.publish(diagnosticsOf(status, this.#options.name, this.#stamper.headerNow()));
  }

  #watched(commands: Commands): Watched[] {
    const { reliability } = this.#options.boxes;
    const name = (topic: string): string => this.#participant.nameOf(topic);
    const out = (topic: string, publisher: RosPublisher, ours: string): Watched => ({
      ...{ topic: name(topic), others: 'reader', ours },
      mismatch: () => publisher.mismatch(),
    });
    const boxes = `${reliability}, volatile (ros.boxes.reliability)`;
    return [
      out('tracker/bbox', this.#boxes, boxes),
      out('tracker/roi', this.#regions, boxes),
      out('tracker/state', this.#states, 'reliable, transient local'),
      out('/diagnostics', this.#diagnostics, 'reliable, volatile'),
      out('tracker/answer', commands.answers, 'reliable, volatile'),
      ...(this.#direction ? [out('tracker/direction', this.#direction.publisher, boxes)] : []),
      ...(this.#pictures
        ? [out('tracker/image/compressed', this.#pictures.publisher, 'best effort, volatile')]
        : []),
      ...[...commands.subscriptions].map(([topic, subscription]): Watched => ({
        ...{ topic: name(topic), others: 'publisher', ours: 'reliable' },
        mismatch: () => subscription.mismatch(),
      })),
    ];
  }
}

function openDirection(
  participant: RosParticipant,
  { direction }: RosOptions,
  { intrinsics = null, imageTopic = null, log }: RosNodeContext,
  qos: QosProfile,
): DirectionTopic | null {
  if (!direction) return null;
  const beside = imageTopic === null ? null : cameraInfoBeside(imageTopic);
  const cameraInfo = intrinsics ? null : (direction.cameraInfo ?? beside);
  return new DirectionTopic(participant, {
    intrinsics,
    cameraInfo,
    rectified: direction.rectified,
    qos,
    log,
  });
}

/** `/camera/image_raw` and `/camera/image_raw/compressed` have `/camera/camera_info`, as image_transport has it. */
export function cameraInfoBeside(imageTopic: string): string {
  const base = imageTopic.replace(/\/compressed$/, '');
  return base.includes('/') ? base.replace(/[^/]+$/, 'camera_info') : 'camera_info';
}
