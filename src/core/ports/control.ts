import { z } from 'zod';
import type { Box, Point } from '../geometry/box.js';
import type { Track } from '../tracking/track.js';
import type { LoopStatus } from './loop-status.js';

/** The frame a person drew on: by its number or its capture time, never both. Without either: the next frame to come. */
export type FrameReference =
  | { readonly sequence?: undefined; readonly timeNs?: undefined }
  | { readonly sequence: number; readonly timeNs?: undefined }
  | { readonly sequence?: undefined; readonly timeNs: bigint };

/**
 * One set of commands for every transport (stdin, web, MQTT, ROS, MAVLink).
 *
 * - `select`: follow what is in the box, or what is at the point; both in image pixels of the frame that is named. A point
 *   grows to a box by itself; a second tap near the first, soon after, widens it. A selection ends a pause.
 * - `stop`: forget the target.
 * - `pause`: keep the target, but look for it no more (tracks say `idle`) until `resume`.
 * - `model`: go on with another model; target and its number stay.
 * - `status`: tell all there is to tell.
 */
export type Command =
  | ({ readonly kind: 'select'; readonly box: Box } & FrameReference)
  | ({ readonly kind: 'select'; readonly point: Point } & FrameReference)
  | { readonly kind: 'stop' }
  | { readonly kind: 'pause' }
  | { readonly kind: 'resume' }
  | { readonly kind: 'model'; readonly name: string }
  | { readonly kind: 'status' };

export type CommandKind = Command['kind'];

/** Ways a command can come in. `local` is the program itself and its command line. */
export const originKinds = ['local', 'stdin', 'web', 'mqtt', 'ros', 'mavlink'] as const;
export type OriginKind = (typeof originKinds)[number];

/** Who asked. */
export interface Origin {
  readonly kind: OriginKind;
  /** Who it is on that transport: a client id, an address, a system id. */
  readonly name?: string;
}

export type CommandAnswer =
  | {
      readonly accepted: true;
      /** The newest track; of a selection: that of the frame it was caught up to. */
      readonly track: Track | null;
      /** Answer to `status`. */
      readonly status?: LoopStatus;
    }
  | { readonly accepted: false; readonly reason: string };

/** A command and what became of it; everyone who listens sees whose it was. */
export interface CommandEvent {
  /** Null: it could not be read as a command. */
  readonly command: Command | null;
  readonly origin: Origin;
  /** When it was answered, ms since 1970 (UTC). */
  readonly atMs: number;
  readonly answer: CommandAnswer;
}

/**
 * The one port through which everyone commands. Every command is checked by the schema and the authority of its origin,
 * answered (accepted, or refused with the reason), logged with its origin, and told to the listeners. Of commands that
 * contradict each other the later one wins.
 */
export interface Control {
  /**
   * Never rejects and never throws, whatever `command` really is.
   * @param expired ends the waiting of a command that was not yet begun: it is refused, and will not be carried out.
   */
  execute(command: Command, origin: Origin, expired?: AbortSignal): Promise<CommandAnswer>;
  /** For transports: answers, logs and tells of what could not even be read as a command. */
  refuse(reason: string, origin: Origin): CommandAnswer;
  /** What `status` answers, at once; for health reports and metrics. */
  status(): LoopStatus;
  /** Called after every answered command but `status`. A listener that throws is ignored. @returns how to stop listening. */
  onCommand(listener: (event: CommandEvent) => void): () => void;
}

/** Image pixels: far beyond any frame, and no sum of two overflows. */
export const coordinate = z.number().min(-1e6).max(1e6);
const sequence = z.int().nonnegative();
const timeNs = z.bigint().nonnegative();
const box = z.strictObject({ cx: coordinate, cy: coordinate, width: coordinate, height: coordinate });
const point = z.strictObject({ x: coordinate, y: coordinate });
/** Also a folder's name in a registry of models: no path. */
export const modelName = z
  .string()
  .regex(/^[A-Za-z0-9][\w.-]{0,63}$/, 'must be letters, digits, dot, dash and underscore');

const bySequence = { sequence: sequence.optional(), timeNs: z.undefined().optional() };
const byTime = { sequence: z.undefined().optional(), timeNs };

const commandSchema = z.union([
  z.strictObject({ kind: z.literal('select'), box, ...bySequence }),
  z.strictObject({ kind: z.literal('select'), box, ...byTime }),
  z.strictObject({ kind: z.literal('select'), point, ...bySequence }),
  z.strictObject({ kind: z.literal('select'), point, ...byTime }),
  z.strictObject({ kind: z.enum(['stop', 'pause', 'resume', 'status']) }),
  z.strictObject({ kind: z.literal('model'), name: modelName }),
]);

/** The command that `value` is, or null: for the port itself, where a transport may have let anything through. */
export function checkCommand(value: unknown): Command | null {
  const parsed = commandSchema.safeParse(value);
  return parsed.success ? (parsed.data as Command) : null;
}

/** `mqtt:ground-station`. */
export function describeOrigin({ kind, name }: Origin): string {
  return name === undefined ? kind : `${kind}:${name}`;
}
