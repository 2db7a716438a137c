import { z } from 'zod';
import { UsageError } from '../../core/errors.js';
import { boxFromCorner } from '../../core/geometry/box.js';
import type { Command, CommandAnswer } from '../../core/ports/control.js';
import { trackRecord } from '../sinks/track-record.js';

const id = z.union([z.string(), z.number()]).optional();
const sequence = z.int().nonnegative().optional();
const corner = z.strictObject({ x: z.number(), y: z.number(), width: z.number(), height: z.number() });
const point = z.strictObject({ x: z.number(), y: z.number() });

const messageSchema = z.union([
  z.strictObject({ command: z.literal('select'), box: corner, sequence, id }),
  z.strictObject({ command: z.literal('select'), point, sequence, id }),
  z.strictObject({ command: z.enum(['stop', 'status']), id }),
]);

/** A command as it comes over a text transport; `id` is handed back with the answer. */
export interface CommandMessage {
  readonly command: Command;
  readonly id: string | number | undefined;
}

/**
 * Reads `{"command": "select", "box": {"x", "y", "width", "height"}}` (or `"point": {"x", "y"}`), `{"command": "stop"}`
 * or `{"command": "status"}`; image pixels.
 * @throws UsageError quoting the text.
 */
export function parseCommandMessage(text: string): CommandMessage {
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch (cause) {
    throw new UsageError(`command ${quote(text)}: not valid JSON`, { cause });
  }
  const parsed = messageSchema.safeParse(json);
  if (!parsed.success) {
    const forms = 'select with box {x, y, width, height} or point {x, y}, stop, status';
    throw new UsageError(`command ${quote(text)}: must be one of ${forms}`, { cause: parsed.error });
  }
  const { id, ...message } = parsed.data;
  if (message.command !== 'select') return { id, command: { kind: message.command } };
  const drawnOn = message.sequence === undefined ? {} : { sequence: message.sequence };
  return 'box' in message
    ? { id, command: { kind: 'select', box: boxFromCorner(message.box), ...drawnOn } }
    : { id, command: { kind: 'select', point: message.point, ...drawnOn } };
}

/** The answer as one JSON object. */
export function answerMessage(answer: CommandAnswer, id?: string | number): string {
  const head = id === undefined ? {} : { id };
  if (!answer.accepted) return JSON.stringify({ ...head, accepted: false, reason: answer.reason });
  return JSON.stringify({ ...head, accepted: true, track: answer.track && trackRecord(answer.track) });
}

function quote(text: string): string {
  return JSON.stringify(text.length > 80 ? `${text.slice(0, 80)}…` : text);
}
