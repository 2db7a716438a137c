import type { Sink } from '../../core/ports/sink.js';
import type { FrameTap } from '../../core/ports/frame-tap.js';
import type { Permission } from '../../core/ports/control-authority.js';
import type { Config } from '../../runtime/config/schema.js';
import type { ConsoleSubject, SinkFacts } from '../../runtime/console/live/subject.js';
import { ConsolePart, type ConsoleWishes } from './console-part.js';
import { GimbalPart } from './gimbal-part.js';
import { MavlinkPart } from './mavlink-part.js';
import { MqttPart } from './mqtt-part.js';
import type { Part, PartContext } from './part.js';
import { RecordingPart } from './recording-part.js';
import type { RosAccess } from './ros-access.js';
import { rosParameters } from './ros-parameters.js';
import { RosPart } from './ros-part.js';
import type { Appliers } from './take-over.js';

export interface PartsOptions {
  readonly console?: ConsoleWishes | undefined;
  readonly ros: RosAccess;
  /** What those on the ROS network may do now. */
  readonly rosPermission: () => Permission;
  /** The service as the console sees it. */
  readonly subject: () => ConsoleSubject;
  /** What a part of this name is opened with now. */
  readonly context: (name: string) => PartContext;
}

/** All that the configuration may put beside the loop. */
export class Parts {
  readonly mqtt = new MqttPart();
  readonly recording = new RecordingPart();
  readonly mavlink = new MavlinkPart(() => this.recording.statistics?.stopped === null);
  readonly gimbal = new GimbalPart(() => this.mavlink.bus);
  readonly ros: RosPart;
  readonly console: ConsolePart;
  readonly #context: PartsOptions['context'];
  /** By their sections, in the order of opening. A further part is plugged in here, and nowhere else. */
  readonly #all: Readonly<Partial<Record<keyof Config, Part>>>;

  constructor({ console, ros, rosPermission, subject, context }: PartsOptions) {
    this.ros = new RosPart(ros, rosParameters(subject, rosPermission));
    this.console = new ConsolePart(subject, console);
    this.#context = context;
    this.#all = {
      mqtt: this.mqtt,
      mavlink: this.mavlink,
      ros: this.ros,
      gimbal: this.gimbal,
      recording: this.recording,
      console: this.console,
    };
  }

  /** Opens what needs no camera: commands are heard before it is there. */
  async openEarly(config: Config, signal: AbortSignal): Promise<void> {
    for (const part of this.#parts) if (part.needsSource !== true) await this.#open(part, config, signal);
  }

  /** Opens the others. */
  async openLate(config: Config, signal: AbortSignal): Promise<void> {
    for (const part of this.#parts) if (part.needsSource === true) await this.#open(part, config, signal);
  }

  /** The loop's sinks; @param beside what stands among them for this run */
  sinks(beside: readonly Sink[]): Sink[] {
    const first = this.gimbal.sink; // its rates are the most urgent
    return [first, ...beside, ...this.#sinks.filter((sink) => sink !== first)];
  }

  get taps(): FrameTap[] {
    return this.#parts.flatMap(({ tap }) => (tap ? [tap] : []));
  }

  troubles(): string[] {
    return this.#parts.flatMap((part) => part.troubles());
  }

  facts(): Readonly<Record<string, SinkFacts>> {
    return Object.fromEntries(this.#parts.map((part) => [part.sink.name, part.facts()]));
  }

  /** How their sections are taken over while running. */
  get appliers(): Appliers {
    const sections = Object.entries(this.#all).map(([section, part]) => {
      return [section, (config: Config) => this.#open(part, config)] as const;
    });
    return {
      ...Object.fromEntries(sections),
      mavlink: async (config) => {
        await this.gimbal.sink.clear(); // given back over links that are still open
        await this.#open(this.mavlink, config);
        await this.#open(this.gimbal, config);
      },
    };
  }

  async close(): Promise<void> {
    await this.gimbal.sink.close(); // given back over links that are still open
    // side by side: a broker that does not answer must not hold up the recording
    await Promise.all(this.#sinks.map((sink) => sink.close()));
  }

  get #parts(): Part[] {
    return Object.values(this.#all);
  }

  get #sinks() {
    return this.#parts.map(({ sink }) => sink);
  }

  #open(part: Part, config: Config, signal?: AbortSignal): Promise<void> {
    return part.open(config, { ...this.#context(part.sink.name), ...(signal && { signal }) });
  }
}
