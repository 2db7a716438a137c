import type { Control, Origin } from '../../core/ports/control.js';
import { answerMessage, type AnswerMessage } from './answer-message.js';
import { parseCommandMessage } from './command-message.js';

/** The whole way of a command over a text transport: read, executed or refused, answered. Never rejects. */
export async function executeText(control: Control, text: string, origin: Origin): Promise<AnswerMessage> {
  const read = parseCommandMessage(text);
  if ('problem' in read) return answerMessage(control.refuse(read.problem, origin), read.id);
  return answerMessage(await control.execute(read.command, origin), read.id);
}
