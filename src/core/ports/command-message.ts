import { z } from 'zod';
import { boxFromCorner } from '../geometry/box.js';
import { coordinate, modelName, type Command, type FrameReference } from './control.js';

const id = z.union([z.string().max(200), z.number()]).optional();
const corner = z.strictObject({ x: coordinate, y: coordinate, width: coordinate, height: coordinate });
const point = z.strictObject({ x: coordinate, y: coordinate });
const reference = {
  sequence: z.int().nonnegative().optional().describe('number of the frame the selection was drawn on'),
  timeNs: z
    .string()
    .regex(/^\d{1,19}$/)
    .optional()
    .describe('capturedAtNs of that frame, decimal digits; instead of sequence'),
};

/**
 * A command as every text transport carries it, image pixels, corner boxes; `id` comes back with the answer.
 * The one schema: JSON Schema for the documentation is made of it (`z.toJSONSchema`).
 */
export const commandMessageSchema = z.union([
  z.strictObject({ command: z.literal('select'), box: corner, ...reference, id }),
  z.strictObject({ command: z.literal('select'), point, ...reference, id }),
  z.strictObject({ command: z.enum(['stop', 'pause', 'resume', 'status']), id }),
  z.strictObject({ command: z.literal('model'), name: modelName, id }),
]);

export type CommandMessage = z.infer<typeof commandMessageSchema>;

/** A command that was read, and the id to answer with. */
export interface ReadCommand {
  readonly command: Command;
  readonly id: string | number | undefined;
}

/** What was wrong with a message, and the id to say it under where one could be read. */
export interface UnreadCommand {
  readonly problem: string;
  readonly id: string | number | undefined;
}

/** Reads a decoded message (JSON, CBOR). */
export function readCommandMessage(value: unknown): ReadCommand | UnreadCommand {
  const parsed = commandMessageSchema.safeParse(value);
  if (!parsed.success) return { problem: problemOf(value), id: idOf(value) };
  const message = parsed.data;
  switch (message.command) {
    case 'select': {
      if (message.sequence !== undefined && message.timeNs !== undefined) {
        return { problem: 'give sequence or timeNs, not both', id: message.id };
      }
      const on = referenceOf(message);
      return 'box' in message
        ? { id: message.id, command: { kind: 'select', box: boxFromCorner(message.box), ...on } }
        : { id: message.id, command: { kind: 'select', point: message.point, ...on } };
    }
    case 'model':
      return { id: message.id, command: { kind: 'model', name: message.name } };
    default:
      return { id: message.id, command: { kind: message.command } };
  }
}

function referenceOf({ sequence, timeNs }: { sequence?: number | undefined; timeNs?: string | undefined }) {
  if (sequence !== undefined) return { sequence } satisfies FrameReference;
  return (timeNs === undefined ? {} : { timeNs: BigInt(timeNs) }) satisfies FrameReference;
}

const forms =
  'select with box {x, y, width, height} or point {x, y} (and the sequence or timeNs it was drawn on), ' +
  'stop, pause, resume, model with a name, status';

function problemOf(value: unknown): string {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
    ? `must be one of ${forms}`
    : `must be an object: one of ${forms}`;
}

function idOf(value: unknown): string | number | undefined {
  const given = typeof value === 'object' && value !== null && 'id' in value ? value.id : undefined;
  const parsed = id.safeParse(given);
  return parsed.success ? parsed.data : undefined;
}
