import {
  readCommandMessage,
  type ReadCommand,
  type UnreadCommand,
} from '../../core/ports/command-message.js';

/** Reads a command from JSON text; what cannot be read is quoted. */
export function parseCommandMessage(text: string): ReadCommand | UnreadCommand {
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch {
    return { problem: `command ${quote(text)}: not valid JSON`, id: undefined };
  }
  const read = readCommandMessage(json);
  return 'problem' in read ? { ...read, problem: `command ${quote(text)}: ${read.problem}` } : read;
}

function quote(text: string): string {
  return JSON.stringify(text.length > 80 ? `${text.slice(0, 80)}…` : text);
}
