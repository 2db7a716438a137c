import * as z from 'zod/mini';

/** Goes up with every change: a page of another version reloads itself. */
export const consoleVersion = 2;

const count = z.int().check(z.nonnegative());
const milliseconds = z.nullable(z.number());

/** `view`: see everything; `command`: also select, stop and set. */
export const consoleRoles = ['view', 'command'] as const;
export type ConsoleRole = (typeof consoleRoles)[number];

const corner = z.object({ x: z.number(), y: z.number(), width: z.number(), height: z.number() });
const trackState = z.enum(['idle', 'tracking', 'coasting', 'lost']);

/** Stands before every picture: what the tracker said of this very frame. Boxes: top-left corner and size, image pixels. */
export const pictureHeaderSchema = z.object({
  /** To be acknowledged with, when it is drawn. */
  number: count,
  sequence: count,
  /** Decimal digits, ns of the device's CLOCK_MONOTONIC. */
  capturedAtNs: z.string(),
  /** Size of the image in which boxes are given; the picture may be smaller. */
  width: count,
  height: count,
  /** Null: the tracker has not answered for this frame. */
  track: z.nullable(
    z.object({
      state: trackState,
      box: z.nullable(corner),
      confidence: z.number(),
      target: count,
      distractors: z.array(z.extend(corner, { score: z.number() })),
    }),
  ),
});

/** What the sparklines show: half a second each. */
export const sampleSchema = z.object({
  state: z.enum(['starting', 'ended', 'paused', ...trackState.options]),
  confidence: z.nullable(z.number()),
  fps: z.nullable(z.number()),
  /** The worst from capture to published, of live sources. */
  latencyMs: milliseconds,
});

export const eventLevels = ['info', 'good', 'warning', 'fault'] as const;

export const consoleEventSchema = z.object({
  number: count,
  /** ms since 1970 by the device's clock. */
  atMs: z.number(),
  level: z.enum(eventLevels),
  text: z.string(),
});

const sink = z.object({
  name: z.string(),
  state: z.enum(['ok', 'off', 'fault']),
  /** What it is connected to, or what is wrong. */
  detail: z.string(),
  published: count,
  dropped: count,
  p99Ms: milliseconds,
});

export const statusSchema = z.object({
  kind: z.literal('status'),
  sample: sampleSchema,
  health: z.object({ level: z.enum(['ok', 'degraded', 'failing']), reasons: z.array(z.string()) }),
  target: count,
  model: z.nullable(z.object({ name: z.string(), precision: z.string(), provider: z.string() })),
  models: z.array(z.string()),
  source: z.nullable(
    z.object({
      uri: z.string(),
      width: count,
      height: count,
      fps: z.nullable(z.number()),
      live: z.boolean(),
      detail: z.string(),
    }),
  ),
  latencyMs: z.object({ p50: milliseconds, p99: milliseconds, max: milliseconds }),
  dropped: z.object({ bySource: count, byTracker: count }),
  trackerRestarts: count,
  sinks: z.array(sink),
  temperatures: z.array(z.object({ zone: z.string(), celsius: z.number() })),
  lastCommand: z.nullable(z.object({ command: z.string(), origin: z.string(), atMs: z.number() })),
  uptimeSeconds: z.number(),
  viewers: count,
  /** Of this viewer: from capture to the acknowledgement of being drawn; pictures a second. */
  own: z.object({ pictureAgeMs: milliseconds, picturesPerSecond: z.nullable(z.number()) }),
});

export const settingSchema = z.object({
  key: z.string(),
  /** JSON; secrets masked. */
  value: z.string(),
  /** Who set it. */
  origin: z.string(),
  /** How it may be changed now; null: only in the configuration. */
  change: z.nullable(
    z.union([
      z.object({ form: z.literal('choice'), options: z.array(z.string()) }),
      z.object({ form: z.literal('number'), min: z.number(), max: z.number(), step: z.number() }),
    ]),
  ),
});

/** So many seconds of the crosshair's error are kept and shown. */
export const crosshairSpan = 20;

/** Where the target was in a picture, counted from the picture's middle in picture widths: rightwards and down. */
export const crosshairPointSchema = z.object({
  /** Seconds by the device's steady clock. */
  at: z.number(),
  /** Null: there was no box. */
  off: z.nullable(z.object({ x: z.number(), y: z.number() })),
  /** False: predicted. */
  seen: z.boolean(),
});

export const gimbalSchema = z.object({
  /** See core/gimbal/follow-controller. */
  mode: z.enum(['idle', 'following', 'coasting', 'holding', 'returning', 'stale', 'manual']),
  /** `operator`: somebody else steers it. */
  authority: z.enum(['unclaimed', 'ours', 'operator']),
  /** It answers. */
  connected: z.boolean(),
  /** As told to it, degrees a second to the right and up; null: nothing was told yet. */
  rates: z.nullable(z.object({ yaw: z.number(), pitch: z.number() })),
});

const crosshairSchema = z.object({
  kind: z.literal('crosshair'),
  /** Null: there is none (any more). */
  gimbal: z.nullable(gimbalSchema),
  /** Those since the last message; to a new viewer, all that are kept. Oldest first. */
  points: z.array(crosshairPointSchema),
});

const settingsSchema = z.object({ kind: z.literal('settings'), settings: z.array(settingSchema) });

/** Everything the service says as text. */
export const serverMessageSchema = z.discriminatedUnion('kind', [
  z.object({
    kind: z.literal('hello'),
    version: z.number(),
    role: z.enum(consoleRoles),
    /** The viewer's name among the origins of commands. */
    viewer: z.string(),
    device: z.string(),
    /** Oldest first. */
    samples: z.array(sampleSchema),
    events: z.array(consoleEventSchema),
  }),
  statusSchema,
  settingsSchema,
  crosshairSchema,
  z.object({ kind: z.literal('event'), event: consoleEventSchema }),
  z.object({
    kind: z.literal('answer'),
    id: count,
    accepted: z.boolean(),
    reason: z.nullable(z.string()),
  }),
]);

/** One stretch of a recording. */
export const recordedSegmentSchema = z.object({
  number: count,
  startedAt: z.string(),
  seconds: z.number(),
  bytes: count,
  source: z.string(),
  model: z.string(),
  hasVideo: z.boolean(),
});

export const recordingsSchema = z.object({
  /** Why there are none; null when there may be. */
  reason: z.nullable(z.string()),
  /** Newest first. */
  segments: z.array(recordedSegmentSchema),
});

/** What was said of every picture of a segment, in their order. */
export const recordedTracksSchema = z.object({
  width: count,
  height: count,
  frames: z.array(
    z.object({
      /** Seconds from the segment's first picture. */
      at: z.number(),
      state: z.nullable(trackState),
      box: z.nullable(corner),
      confidence: z.number(),
    }),
  ),
});

export type PictureHeader = z.infer<typeof pictureHeaderSchema>;
export type Sample = z.infer<typeof sampleSchema>;
export type ConsoleEvent = z.infer<typeof consoleEventSchema>;
export type ConsoleEventLevel = ConsoleEvent['level'];
export type ConsoleStatus = z.infer<typeof statusSchema>;
export type SinkState = ConsoleStatus['sinks'][number];
export type CrosshairPoint = z.infer<typeof crosshairPointSchema>;
export type ConsoleGimbal = z.infer<typeof gimbalSchema>;
export type ConsoleSetting = z.infer<typeof settingSchema>;
export type ServerMessage = z.infer<typeof serverMessageSchema>;
export type Recordings = z.infer<typeof recordingsSchema>;
export type RecordedTracks = z.infer<typeof recordedTracksSchema>;
