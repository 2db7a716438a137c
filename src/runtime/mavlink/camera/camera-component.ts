import { common, type MavLinkData } from 'mavlink-mappings';
import type { CommandAnswer, Control, FrameReference, Origin } from '../../../core/ports/control.js';
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
import { selectPoint, selectRectangle, type Selection } from './track-command.js';
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
/** A selection that no frame takes up for so long is refused: nobody wants it carried out later. */
const selectionLimitMs = 380;
/** Selections that may wait for the loop at once. */
const maxWaiting = 8;

const { MavResult, MavCmd } = common;
const accepted: CommandOutcome = { result: MavResult.ACCEPTED };
const denied: CommandOutcome = { result: MavResult.DENIED };
const unsupported: CommandOutcome = { result: MavResult.UNSUPPORTED };
const rejectedForNow: CommandOutcome = { result: MavResult.TEMPORARILY_REJECTED };

/** The camera that ground stations see: tells of itself, takes track commands, tells where the target is. */
export class CameraComponent implements Disposable {
  readonly #bus: MavlinkBus;
  readonly #options: CameraOptions;
  readonly #streams: StatusStreams;
  readonly #commands: CommandServer;
  readonly #heart: NodeJS.Timeout;
  readonly #startedAtMs = performance.now();
  #size: Size | null = null;
  #waiting = 0;

  constructor(bus: MavlinkBus, options: CameraOptions) {
    this.#bus = bus;
    this.#options = options;
    this.#streams = new StatusStreams((track, link) => {
      bus.send(trackingStatus(track), { link });
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
      [MavCmd.CAMERA_TRACK_POINT, { once: true, handle: (request) => this.#select(request, selectPoint, 3) }],
      [
        MavCmd.CAMERA_TRACK_RECTANGLE,
        { once: true, handle: (request) => this.#select(request, selectRectangle, 4) },
      ],
      [MavCmd.CAMERA_STOP_TRACKING, { once: true, handle: (request) => this.#stopTracking(request) }],
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

  #facts(): CameraFacts {
    const { control, version, horizontalDegrees, recording } = this.#options;
    return {
      version,
      uptimeMs: performance.now() - this.#startedAtMs,
      size: this.#size ?? control.status().source,
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
    this.#streams.start(link, intervalMs, this.#waiting > 0 ? selectionLimitMs : 0);
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

  async #select(
    request: CommandRequest,
    read: (params: readonly number[], size: Size, on: FrameReference) => Selection | null,
    cameraParam: number,
  ): Promise<CommandOutcome> {
    const size = this.#size ?? this.#options.control.status().source;
    if (!size || this.#waiting >= maxWaiting) return rejectedForNow;
    if (!this.#means(request.params[cameraParam])) return denied;
    const command = read(request.params, size, this.#drawnOn());
    if (!command) {
      const numbers = request.params.slice(0, 4).map(String).join(', ');
      this.#options.control.refuse(`no place in the picture: ${numbers}`, originOf(request));
      return denied;
    }
    this.#waiting += 1;
    const limit = AbortSignal.timeout(selectionLimitMs);
    const answer = await this.#options.control.execute(command, originOf(request), limit);
    this.#waiting -= 1;
    if (answer.accepted) {
      this.#streams.startByItself(request.link);
      this.#streams.hurry();
    }
    return this.#outcomeOf(answer, limit, request);
  }

  async #stopTracking(request: CommandRequest): Promise<CommandOutcome> {
    const limit = AbortSignal.timeout(selectionLimitMs);
    const answer = await this.#options.control.execute({ kind: 'stop' }, originOf(request), limit);
    if (answer.accepted) {
      this.#streams.endOwn();
      this.#streams.hurry();
    }
    return this.#outcomeOf(answer, limit, request);
  }

  #outcomeOf(answer: CommandAnswer, limit: AbortSignal, { link }: CommandRequest): CommandOutcome {
    if (answer.accepted) return accepted;
    const text = `Tracking: ${answer.reason}`.slice(0, 50);
    this.#bus.send(message(common.StatusText, { severity: common.MavSeverity.WARNING, text }), { link });
    return limit.aborted ? rejectedForNow : denied;
  }

  /** The camera a command names: none, the one there is, or this component. */
  #means(cameraId: number | undefined): boolean {
    return (
      cameraId === undefined || Number.isNaN(cameraId) || cameraId === 0 || cameraId === this.#bus.compid
    );
  }

  /** The frame the operator saw, when it is known how late the picture comes. */
  #drawnOn(): FrameReference {
    const { videoLatencyMs } = this.#options.options.camera;
    return videoLatencyMs === 0 ? {} : { timeNs: this.#bus.now() - BigInt(Math.round(videoLatencyMs * 1e6)) };
  }
}

function originOf({ sysid, compid }: CommandRequest): Origin {
  return { kind: 'mavlink', name: `${sysid}/${compid}` };
}

function answerWith(messages: readonly MavLinkData[] | null): CommandOutcome {
  return messages ? { ...accepted, messages } : unsupported;
}

function someOf<T>(messages: readonly T[]): readonly T[] | null {
  return messages.length > 0 ? messages : null;
}
