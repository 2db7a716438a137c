import { z } from 'zod';
import { InferenceError } from '../../core/errors.js';
import { pixelFormats } from '../../core/image/frame.js';
import { modelContractSchema } from '../../core/model/contract.js';
import { executionProviders } from '../inference/execution-provider.js';

/** NaN and infinity included: the tracker is the one to refuse them. */
const anyNumber = z.custom<number>((value) => typeof value === 'number', 'must be a number');

const sharedBytes = z.custom<Uint8Array<SharedArrayBuffer>>(
  (value) => value instanceof Uint8Array && value.buffer instanceof SharedArrayBuffer,
  'must view a SharedArrayBuffer',
);

const boxSchema = z.strictObject({ cx: anyNumber, cy: anyNumber, width: anyNumber, height: anyNumber });

const frameSchema = z.strictObject({
  format: z.enum(pixelFormats),
  width: z.int().positive(),
  height: z.int().positive(),
  planes: z.array(z.strictObject({ data: sharedBytes, stride: z.int().nonnegative() })),
  encoded: z.strictObject({ codec: z.literal('jpeg'), data: sharedBytes }).exactOptional(),
  fullRange: z.boolean(),
  capturedAtNs: z.bigint(),
  sequence: z.int(),
});

const id = z.int().positive();

/** What the main thread asks of the worker: one request at a time. */
const requestSchema = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('init'), id, frame: frameSchema, box: boxSchema }),
  z.strictObject({ kind: z.literal('update'), id, frame: frameSchema }),
  z.strictObject({ kind: z.literal('stop'), id }),
  z.strictObject({
    ...{ kind: z.literal('grow'), id, frame: frameSchema, neighbours: z.array(frameSchema) },
    ...{ point: z.strictObject({ x: anyNumber, y: anyNumber }), wider: z.int().nonnegative() },
  }),
  z.strictObject({ kind: z.literal('dispose'), id }),
]);

const trackSchema = z.strictObject({
  state: z.enum(['idle', 'tracking', 'coasting', 'lost']),
  box: boxSchema.nullable(),
  confidence: anyNumber,
  velocity: z.strictObject({ x: anyNumber, y: anyNumber }).nullable(),
  frame: z.strictObject({
    sequence: z.int(),
    capturedAtNs: z.bigint(),
    width: z.int(),
    height: z.int(),
  }),
  target: z.int().nonnegative(),
  distractors: z
    .array(z.strictObject({ box: boxSchema, score: anyNumber }))
    .readonly()
    .exactOptional(),
});

const errorSchema = z.strictObject({ name: z.string(), message: z.string(), stack: z.string() });

const modelInUseSchema = z.strictObject({
  contract: modelContractSchema,
  provider: z.enum(executionProviders),
  providerReport: z.array(
    z.strictObject({
      provider: z.enum(executionProviders),
      outcome: z.enum(['used', 'partly', 'failed', 'skipped']),
      reason: z.string(),
    }),
  ),
});

/** What the worker says: `ready` or `broken` once, then one answer to each request. */
const replySchema = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('ready'), model: modelInUseSchema }),
  z.strictObject({ kind: z.literal('broken'), error: errorSchema }),
  z.strictObject({ kind: z.literal('track'), id, track: trackSchema, elapsedMs: z.number() }),
  z.strictObject({ kind: z.literal('box'), id, box: boxSchema }),
  z.strictObject({ kind: z.literal('done'), id }),
  z.strictObject({ kind: z.literal('failed'), id, error: errorSchema }),
]);

export type FrameMessage = z.infer<typeof frameSchema>;
export type ErrorMessage = z.infer<typeof errorSchema>;
/** What the worker opened: the contract, and the execution provider really used. */
export type ModelInUse = z.infer<typeof modelInUseSchema>;
export type Request = z.infer<typeof requestSchema>;
export type Reply = z.infer<typeof replySchema>;

/** @throws InferenceError when the other side speaks another protocol. */
export function parseRequest(message: unknown): Request {
  return parse(requestSchema, message, 'request');
}

/** @throws InferenceError when the other side speaks another protocol. */
export function parseReply(message: unknown): Reply {
  return parse(replySchema, message, 'reply');
}

function parse<T>(schema: z.ZodType<T>, message: unknown, what: string): T {
  const parsed = schema.safeParse(message);
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  throw new InferenceError(
    `tracker worker: bad ${what}: ${issue?.path.join('.') ?? ''} ${issue?.message ?? ''}`,
    {
      cause: parsed.error,
    },
  );
}
