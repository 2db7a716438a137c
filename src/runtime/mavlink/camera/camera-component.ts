import { common, type MavLinkData } from 'mavlink-mappings';
import type { Control } from '../../../core/ports/control.js';
import type { Size } from '../../../core/geometry/box.js';
import type { Track } from '../../../core/tracking/track.js';
import type { MavlinkBus } from '../bus.js';
import { message } from '../message.js';
import type { MavlinkOptions } from '../options.js';
import {
  cameraInformation,
  cameraSettings,
  captureStatus,
  fovStatus,
  heartbeat,
  storageInformation,
  streamInformation,
  streamStatus,
  type CameraFacts,
} from './camera-messages.js';
import {
  CommandServer,
  type CommandHandler,
  type CommandOutcome,
  type CommandRequest,
} from './command-server.js';
import { defaultIntervalMs, StatusStreams } from './status-streams.js';
import { selectionLimitMs, TrackingCommands } from './tracking-commands.js';
import { trackingStatus } from './tracking-status.js';

export interface CameraOptions {
  readonly options: Pick<MavlinkOptions, 'camera' | 'streams'>;
  readonly control: Control;
  /** Of the program, such as `0.1.0`. */
  readonly version: string;
  /** Field of view of the picture, degrees; null: unknown. */
  readonly horizontalDegrees: number | null;
  /** Whether video is being recorded now. */
  readonly recording?: () => boolean;
}

const heartbeatMs = 1000;

const { MavResult, MavCmd } = common;
const accepted: CommandOutcome = { result: MavResult.ACCEPTED };
const denied: CommandOutcome = { result: MavResult.DENIED };
const unsupported: CommandOutcome = { result: MavResult.UNSUPPORTED };

/** The camera that ground stations see: tells of itself, takes track commands, tells where the target is. */
export class CameraComponent implements Disposable {
  readonly #bus: MavlinkBus;
  readonly #options: CameraOptions;
  readonly #streams: StatusStreams;
  readonly #tracking: TrackingCommands;
  readonly #commands: CommandServer;
  readonly #heart: NodeJS.Timeout;
  readonly #startedAtMs = performance.now();
  #size: Size | null = null;

  constructor(bus: MavlinkBus, options: CameraOptions) {
    this.#bus = bus;
    this.#options = options;
    this.#streams = new StatusStreams((track, link) => {
      bus.send(trackingStatus(track), { link });
    });
    this.#tracking = new TrackingCommands({
      ...{ bus, control: options.control, streams: this.#streams },
      videoLatencyMs: options.options.camera.videoLatencyMs,
      size: () => this.#pictureSize(),
    });
    this.#commands = new CommandServer(bus, this.#handlers());
    this.#heart = setInterval(() => {
      this.#beat();
    }, heartbeatMs);
    this.#beat();
  }

  publish(track: Track): void {
    this.#size = track.frame;
    this.#streams.publish(track);
  }

  /** Idempotent. */
  [Symbol.dispose](): void {
    clearInterval(this.#heart);
    this.#streams[Symbol.dispose]();
    this.#commands[Symbol.dispose]();
  }

  #beat(): void {
    this.#bus.send(heartbeat(this.#options.control.status().state !== 'starting'));
  }

  #handlers(): ReadonlyMap<number, CommandHandler> {
    const asked = (make: (request: CommandRequest) => readonly MavLinkData[] | null): CommandHandler => ({
      handle: (request) => answerWith(make(request)),
    });
    return new Map<number, CommandHandler>([
      [MavCmd.REQUEST_MESSAGE, asked(({ params, link }) => this.#requested(params[0]!, params[1]!, link))],
      [
        MavCmd.REQUEST_CAMERA_INFORMATION,
        asked(({ params }) => (params[0] === 1 ? this.#information() : [])),
      ],
      [
        MavCmd.REQUEST_CAMERA_SETTINGS,
        asked(({ params }) => (params[0] === 1 ? [cameraSettings(this.#facts())] : [])),
      ],
      [
        MavCmd.REQUEST_STORAGE_INFORMATION,
        asked(({ params }) => (params[1] === 1 ? [storageInformation(this.#facts())] : [])),
      ],
      [
        MavCmd.REQUEST_CAMERA_CAPTURE_STATUS,
        asked(({ params }) => (params[0] === 1 ? [captureStatus(this.#facts())] : [])),
      ],
      [
        MavCmd.REQUEST_VIDEO_STREAM_INFORMATION,
        asked(({ params }) => someOf(streamInformation(this.#options.options, this.#facts(), params[0]!))),
      ],
      [
        MavCmd.REQUEST_VIDEO_STREAM_STATUS,
        asked(({ params }) => someOf(streamStatus(this.#options.options, this.#facts(), params[0]!))),
      ],
      [MavCmd.SET_MESSAGE_INTERVAL, { handle: (request) => this.#setInterval(request) }],
      [MavCmd.GET_MESSAGE_INTERVAL, { handle: (request) => this.#getInterval(request) }],
      ...this.#tracking.handlers(),
    ]);
  }

  /** Null: this message is not ours. */
  #requested(msgid: number, index: number, link: string): readonly MavLinkData[] | null {
    const { options } = this.#options;
    switch (msgid) {
      case common.CameraInformation.MSG_ID:
        return this.#information();
      case common.CameraSettings.MSG_ID:
        return [cameraSettings(this.#facts())];
      case common.StorageInformation.MSG_ID:
        return [storageInformation(this.#facts())];
      case common.CameraCaptureStatus.MSG_ID:
        return [captureStatus(this.#facts())];
      case common.VideoStreamInformation.MSG_ID:
        return someOf(streamInformation(options, this.#facts(), index));
      case common.VideoStreamStatus.MSG_ID:
        return someOf(streamStatus(options, this.#facts(), index));
      case common.CameraFovStatus.MSG_ID:
        return someOf([fovStatus(this.#facts())].filter((it) => it !== null));
      case common.CameraTrackingImageStatus.MSG_ID:
        return [trackingStatus(this.#streams.current)];
      case common.MessageInterval.MSG_ID:
        return index === common.CameraTrackingImageStatus.MSG_ID ? [this.#interval(link)] : null;
      default:
        return null;
    }
  }

  #information(): readonly MavLinkData[] {
    return [cameraInformation(this.#options.options, this.#facts())];
  }

  #pictureSize(): Size | null {
    return this.#size ?? this.#options.control.status().source;
  }

  #facts(): CameraFacts {
    const { version, horizontalDegrees, recording } = this.#options;
    return {
      version,
      uptimeMs: performance.now() - this.#startedAtMs,
      size: this.#pictureSize(),
      horizontalDegrees,
      recording: recording?.() ?? false,
    };
  }

  #setInterval({ params: [msgid, intervalUs = Number.NaN], link }: CommandRequest): CommandOutcome {
    if (msgid !== common.CameraTrackingImageStatus.MSG_ID) return unsupported;
    if (Number.isNaN(intervalUs) || (intervalUs < 0 && intervalUs !== -1)) return denied;
    if (intervalUs === -1) {
      this.#streams.stop(link);
      return accepted;
    }
    const intervalMs = intervalUs === 0 ? defaultIntervalMs : intervalUs / 1000;
    // QGroundControl asks right behind a selection, which the first status should already show
    this.#streams.start(link, intervalMs, this.#tracking.busy ? selectionLimitMs : 0);
    return accepted;
  }

  #getInterval({ params: [msgid], link }: CommandRequest): CommandOutcome {
    if (msgid !== common.CameraTrackingImageStatus.MSG_ID) return unsupported;
    return { ...accepted, messages: [this.#interval(link)] };
  }

  #interval(link: string): common.MessageInterval {
    const intervalMs = this.#streams.intervalOf(link);
    return message(common.MessageInterval, {
      messageId: common.CameraTrackingImageStatus.MSG_ID,
      intervalUs: intervalMs === null ? -1 : Math.round(intervalMs * 1000),
    });
  }
}

function answerWith(messages: readonly MavLinkData[] | null): CommandOutcome {
  return messages ? { ...accepted, messages } : unsupported;
}

function someOf<T>(messages: readonly T[]): readonly T[] | null {
  return messages.length > 0 ? messages : null;
}
