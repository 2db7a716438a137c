import { readCommandMessage } from '../../core/ports/command-message.js';
import type { Control, Origin } from '../../core/ports/control.js';
import type { Log } from '../../core/ports/log.js';
import type { Sink } from '../../core/ports/sink.js';
import type { Track } from '../../core/tracking/track.js';
import {
  latched,
  reliable,
  type QosProfile,
  type RosMessage,
  type RosParticipant,
  type RosPublisher,
} from '../backend.js';
import { diagnosticsOf } from './diagnostics.js';
import type { RosOptions } from './options.js';
import { selectionOf } from './selection.js';
import { detectionOf, regionOf, stampOf } from './track-messages.js';

export interface RosNodeContext {
  readonly control: Control;
  readonly log: Log;
  /** ns since 1970 of the capture time `monotonicNs`. */
  readonly wallNs?: (monotonicNs: bigint) => bigint;
}

/** How often diagnostics are published, and mismatched readers looked for. */
const diagnosticsMs = 1000;
const origin: Origin = { kind: 'ros' };

/** The tracker as a ROS node: boxes and state out, commands in. */
export class RosNode implements Sink {
  readonly name = 'ros';
  readonly #participant: RosParticipant;
  readonly #options: RosOptions;
  readonly #context: Required<RosNodeContext>;
  readonly #boxes: RosPublisher;
  readonly #regions: RosPublisher;
  readonly #states: RosPublisher;
  readonly #answers: RosPublisher;
  readonly #diagnostics: RosPublisher;
  readonly #timer: NodeJS.Timeout;
  #toldState: string | null = null;
  #refusedReaders = 0;
  #dropped = 0;
  #closed = false;

  /** Owns the participant from now on. */
  constructor(participant: RosParticipant, options: RosOptions, context: RosNodeContext) {
    this.#participant = participant;
    this.#options = options;
    this.#context = { wallNs: onTheWall, ...context };
    const { boxes } = options;
    const qos: QosProfile = { ...boxes, durability: 'volatile' };
    this.#boxes = participant.advertise('vision_msgs/msg/Detection2D', 'tracker/bbox', qos);
    this.#regions = participant.advertise('sensor_msgs/msg/RegionOfInterest', 'tracker/roi', qos);
    this.#states = participant.advertise('std_msgs/msg/String', 'tracker/state', latched);
    this.#answers = participant.advertise('std_msgs/msg/String', 'tracker/answer', reliable);
    this.#diagnostics = participant.advertise(
      'diagnostic_msgs/msg/DiagnosticArray',
      '/diagnostics',
      reliable,
    );
    participant.subscribe('std_msgs/msg/String', 'tracker/command', reliable, ({ data }) => {
      void this.#command(String(data));
    });
    participant.subscribe('sensor_msgs/msg/RegionOfInterest', 'tracker/select', reliable, (region) => {
      void this.#select(region);
    });
    this.#timer = setInterval(() => {
      this.#everySecond();
    }, diagnosticsMs);
    this.#timer.unref();
  }

  get detail(): string {
    return this.#participant.detail;
  }

  /** Tracks that could not be handed to the middleware, and those that came after closing. */
  get dropped(): number {
    return this.#dropped;
  }

  /** Readers of boxes refused for their quality of service, as far as the backend tells. */
  get incompatibleReaders(): number {
    return this.#boxes.mismatch().count;
  }

  publish(track: Track): void {
    if (this.#closed) {
      this.#dropped += 1;
      return;
    }
    const { state, box } = track;
    if (state !== this.#toldState && this.#states.publish({ data: state })) this.#toldState = state;
    if (!box) return; // no box is no message: a reader must not take an old one for new
    const stamp = stampOf(this.#context.wallNs(track.frame.capturedAtNs));
    const sent = this.#boxes.publish(detectionOf(track, box, stamp, this.#options.frameId));
    if (!sent) this.#dropped += 1;
    const region = regionOf(track, box);
    if (region) this.#regions.publish(region);
  }

  async close(): Promise<void> {
    this.#closed = true;
    clearInterval(this.#timer);
    await this.#participant.close();
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }

  async #command(text: string): Promise<void> {
    const { control } = this.#context;
    const read = readCommandMessage(parsed(text));
    const answer =
      'problem' in read ? control.refuse(read.problem, origin) : await control.execute(read.command, origin);
    this.#answer(answer, read.id);
  }

  async #select(region: RosMessage): Promise<void> {
    const { control } = this.#context;
    const box = selectionOf(region);
    const answer = box
      ? await control.execute({ kind: 'select', box }, origin)
      : control.refuse('select: width and height must be above 0', origin);
    this.#answer(answer, undefined);
  }

  #answer(answer: { readonly accepted: boolean; readonly reason?: string }, id: string | number | undefined) {
    if (this.#closed) return;
    const { accepted, reason } = answer;
    this.#answers.publish({ data: JSON.stringify({ id, accepted, reason }) });
  }

  #everySecond(): void {
    const refused = this.incompatibleReaders;
    if (refused > this.#refusedReaders) {
      this.#context.log.warn(
        { refused },
        `a reader of ${this.#options.name}'s boxes asks for another quality of service and gets none: ` +
          `boxes are ${this.#options.boxes.reliability} (ros.boxes.reliability)`,
      );
    }
    this.#refusedReaders = refused;
    const stamp = stampOf(this.#context.wallNs(process.hrtime.bigint()));
    this.#diagnostics.publish(diagnosticsOf(this.#context.control.status(), this.#options.name, stamp));
  }
}

/** Capture times are CLOCK_MONOTONIC; ROS's are the wall's. */
function onTheWall(monotonicNs: bigint): bigint {
  return BigInt(Date.now()) * 1_000_000n - (process.hrtime.bigint() - monotonicNs);
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null; // refused as what it is: no command
  }
}
