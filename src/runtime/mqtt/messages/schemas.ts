import { z } from 'zod';
import { commandMessageSchema } from '../../../core/ports/command-message.js';

/**
 * Of every message. Fields may be added under the same number, so receivers pass over what they do not know; it goes up
 * when a field changes or goes away. Commands are closed: an unknown field is refused.
 */
export const messageVersion = 1;

const version = z.literal(messageVersion).describe('version of this schema');
const pixels = z.number().describe('image pixels');
const milliseconds = z.number().nonnegative().nullable().describe('ms; null before the first value');
const count = z.int().nonnegative();
const wallClock = z.int().nonnegative().describe("ms since 1970 (UTC) by the device's clock");
const id = z.union([z.string(), z.number()]).describe("the command's id");

const trackState = z
  .enum(['idle', 'tracking', 'coasting', 'lost'])
  .describe('tracking: seen in this frame; coasting: the box is a prediction; lost, idle: there is no box');

const trackFields = {
  sequence: count.describe('number of the frame; gaps are frames nobody saw'),
  capturedAtNs: z
    .string()
    .regex(/^-?\d+$/)
    .describe("when the frame was captured, ns of the device's CLOCK_MONOTONIC, in decimal digits"),
  state: trackState,
  box: z
    .object({ x: pixels, y: pixels, width: pixels, height: pixels })
    .nullable()
    .describe('top-left corner and size; pixel i covers [i, i + 1)'),
  confidence: z.number().min(0).max(1),
  velocity: z
    .object({ x: z.number(), y: z.number() })
    .nullable()
    .describe("of the box's centre, pixels per frame; null when unknown"),
  target: count.describe('number of the selection, from 1; 0 when idle'),
};

export const trackMessageSchema = z.object({
  version,
  ...trackFields,
  frame: z.object({ width: count, height: count }).describe('size of the image, pixels'),
  publishedAtMs: wallClock,
});

const lastCommand = z
  .object({ command: z.string(), origin: z.string(), at: z.string().describe('ISO 8601, UTC') })
  .nullable()
  .describe('the last accepted command, and whose it was, such as mqtt:ground-station');

const loopState = z
  .enum(['starting', 'ended', 'paused', ...trackState.options])
  .describe("of the live loop: before its first frame, after its last, paused, or the newest track's state");

const model = z
  .object({
    name: z.string(),
    precision: z.string(),
    provider: z.string().describe('execution provider'),
  })
  .nullable();

export const stateMessageSchema = z.object({
  version,
  state: loopState,
  target: count.describe('number of the selection, from 1; 0 without one'),
  model,
  lastCommand,
  publishedAtMs: wallClock,
});

const latencyMs = z.object({ p50: milliseconds, p99: milliseconds, max: milliseconds });
const dropped = { bySource: count, byTracker: count };
const sink = z.object({
  name: z.string(),
  published: count,
  dropped: count,
  failed: count,
  lastError: z.string().nullable(),
  latencyMs: latencyMs.describe('from capture to the end of publishing'),
});
const fps = z.number().nonnegative().nullable().describe('tracks a second; null before the second');

/** Why a command did not reach the control port, or what became of it there. */
export const refusalKinds = [
  'retained',
  'expired',
  'oversized',
  'rate',
  'busy',
  'malformed',
  'responseTopic',
  'byControl',
] as const;

export const healthMessageSchema = z.object({
  version,
  uptimeSeconds: z.number().nonnegative(),
  state: loopState,
  confidence: z.number().min(0).max(1).nullable().describe('of the newest track'),
  fps,
  frames: count.describe('tracks published'),
  latencyMs: latencyMs.describe('capture to published to all sinks'),
  dropped: z
    .object({ ...dropped, byMqtt: count.describe('tracks not sent: no connection, or a stalled one') })
    .describe('lost between device and loop; passed by while the tracker was busy'),
  temperatureCelsius: z.number().nullable().describe('of the hottest sensor; null where none is known'),
  model,
  trackerRestarts: count,
  sinks: z.array(sink),
  commands: z.object({
    accepted: count,
    refused: z.object(
      Object.fromEntries(refusalKinds.map((kind) => [kind, count])) as Record<
        (typeof refusalKinds)[number],
        typeof count
      >,
    ),
  }),
  publishedAtMs: wallClock,
});

const status = z.object({
  state: loopState,
  track: z.object(trackFields).nullable(),
  model,
  trackerRestarts: count,
  source: z
    .object({
      uri: z.string(),
      width: count,
      height: count,
      format: z.string(),
      fps: z.number().nullable(),
      live: z.boolean(),
      detail: z.string(),
    })
    .nullable(),
  fps,
  frames: count,
  dropped: z.object(dropped),
  latencyMs,
  sinks: z.array(sink),
  kept: z
    .object({ oldest: count, newest: count, frames: count })
    .nullable()
    .describe('frames a selection may refer to'),
  lastCommand,
});

export const responseMessageSchema = z.union([
  z.object({
    version,
    id: id.optional(),
    accepted: z.literal(true),
    track: z.object(trackFields).nullable().describe('the newest'),
    status: status.optional().describe('answer to the command status'),
  }),
  z.object({ version, id: id.optional(), accepted: z.literal(false), reason: z.string() }),
]);

/** The commands of every text transport, here with the version, which may be left out: 1 is meant then. */
export const mqttCommandSchema = z.union(
  commandMessageSchema.options.map((option) => option.extend({ version: version.optional() })),
);

export type TrackMessage = z.input<typeof trackMessageSchema>;
export type StateMessage = z.input<typeof stateMessageSchema>;
export type HealthMessage = z.input<typeof healthMessageSchema>;
export type ResponseMessage = z.input<typeof responseMessageSchema>;
export type RefusalKind = (typeof refusalKinds)[number];
