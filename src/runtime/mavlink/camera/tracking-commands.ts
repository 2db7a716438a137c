import { common } from 'mavlink-mappings';
import type { Size } from '../../../core/geometry/box.js';
import type { CommandAnswer, Control, FrameReference, Origin } from '../../../core/ports/control.js';
import type { MavlinkBus } from '../bus.js';
import { message } from '../message.js';
import type { MavlinkOptions } from '../options.js';
import type { CommandHandler, CommandOutcome, CommandRequest } from './command-server.js';
import type { StatusStreams } from './status-streams.js';
import { selectPoint, selectRectangle, type Selection } from './track-command.js';

export interface TrackingCommandsOptions {
  readonly bus: MavlinkBus;
  readonly control: Control;
  readonly streams: StatusStreams;
  readonly videoLatencyMs: MavlinkOptions['camera']['videoLatencyMs'];
  /** Of the picture; null before the first frame. */
  readonly size: () => Size | null;
}

/** A selection that no frame takes up for so long is refused: nobody wants it carried out later. */
export const selectionLimitMs = 380;
/** Selections that may wait for the loop at once. */
const maxWaiting = 8;

const { MavResult, MavCmd } = common;
const accepted: CommandOutcome = { result: MavResult.ACCEPTED };
const denied: CommandOutcome = { result: MavResult.DENIED };
const rejectedForNow: CommandOutcome = { result: MavResult.TEMPORARILY_REJECTED };

/** The commands that begin and end the tracking, into the control port. */
export class TrackingCommands {
  readonly #options: TrackingCommandsOptions;
  #waiting = 0;

  constructor(options: TrackingCommandsOptions) {
    this.#options = options;
  }

  /** A selection is under way. */
  get busy(): boolean {
    return this.#waiting > 0;
  }

  handlers(): readonly (readonly [number, CommandHandler])[] {
    return [
      [MavCmd.CAMERA_TRACK_POINT, { once: true, handle: (request) => this.#select(request, selectPoint, 3) }],
      [
        MavCmd.CAMERA_TRACK_RECTANGLE,
        { once: true, handle: (request) => this.#select(request, selectRectangle, 4) },
      ],
      [MavCmd.CAMERA_STOP_TRACKING, { once: true, handle: (request) => this.#stopTracking(request) }],
    ];
  }

  async #select(
    request: CommandRequest,
    read: (params: readonly number[], size: Size, on: FrameReference) => Selection | null,
    cameraParam: number,
  ): Promise<CommandOutcome> {
    const size = this.#options.size();
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
      this.#options.streams.startByItself(request.link);
      this.#options.streams.hurry();
    }
    return this.#outcomeOf(answer, limit, request);
  }

  async #stopTracking(request: CommandRequest): Promise<CommandOutcome> {
    const limit = AbortSignal.timeout(selectionLimitMs);
    const answer = await this.#options.control.execute({ kind: 'stop' }, originOf(request), limit);
    if (answer.accepted) {
      this.#options.streams.endOwn();
      this.#options.streams.hurry();
    }
    return this.#outcomeOf(answer, limit, request);
  }

  #outcomeOf(answer: CommandAnswer, limit: AbortSignal, { link }: CommandRequest): CommandOutcome {
    if (answer.accepted) return accepted;
    const text = `Tracking: ${answer.reason}`.slice(0, 50);
    this.#options.bus.send(message(common.StatusText, { severity: common.MavSeverity.WARNING, text }), {
      link,
    });
    return limit.aborted ? rejectedForNow : denied;
  }

  /** The camera a command names: none, the one there is, or this component. */
  #means(cameraId: number | undefined): boolean {
    return (
      cameraId === undefined ||
      Number.isNaN(cameraId) ||
      cameraId === 0 ||
      cameraId === this.#options.bus.compid
    );
  }

  /** The frame the operator saw, when it is known how late the picture comes. */
  #drawnOn(): FrameReference {
    const { videoLatencyMs } = this.#options;
    return videoLatencyMs === 0
      ? {}
      : { timeNs: this.#options.bus.now() - BigInt(Math.round(videoLatencyMs * 1e6)) };
  }
}

function originOf({ sysid, compid }: CommandRequest): Origin {
  return { kind: 'mavlink', name: `${sysid}/${compid}` };
}
