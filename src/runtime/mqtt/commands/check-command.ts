import { readCommandMessage, type ReadCommand } from '../../../core/ports/command-message.js';
import { decodeMessage } from '../messages/codec.js';
import { messageVersion, type RefusalKind } from '../messages/schemas.js';
import type { IncomingCommand } from './incoming-command.js';

/** Why a message is not even tried. */
export interface Refusal {
  readonly kind: RefusalKind;
  readonly reason: string;
  readonly id?: string | number | undefined;
}

/** Reads a message as a command, or says what is wrong with it. Never throws. */
export function checkCommand(
  { payload, retained, expirySeconds }: IncomingCommand,
  { maxBytes }: { readonly maxBytes: number },
): ReadCommand | Refusal {
  if (retained) {
    return { kind: 'retained', reason: 'retained commands are not carried out: send it without retain' };
  }
  if (expirySeconds === 0) return { kind: 'expired', reason: 'the command has expired' };
  if (payload.length > maxBytes) {
    return { kind: 'oversized', reason: `${payload.length} bytes; a command has ${maxBytes} at most` };
  }
  let value: unknown;
  try {
    value = decodeMessage(payload);
  } catch (error) {
    return { kind: 'malformed', reason: (error as Error).message };
  }
  const { version, message } = withoutVersion(value);
  const read = readCommandMessage(message);
  if (version !== messageVersion) {
    return { kind: 'malformed', reason: `version must be ${messageVersion}`, id: read.id };
  }
  return 'problem' in read ? { kind: 'malformed', reason: read.problem, id: read.id } : read;
}

/** The version stands beside the command that all transports share; left out it is the present one. */
function withoutVersion(value: unknown): { version: unknown; message: unknown } {
  if (typeof value !== 'object' || value === null || !('version' in value)) {
    return { version: messageVersion, message: value };
  }
  const { version, ...message } = value;
  return { version, message };
}
