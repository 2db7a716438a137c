import { createInterface } from 'node:readline';
import type { Readable } from 'node:stream';
import type { Control } from '../../core/ports/control.js';
import { answerMessage, parseCommandMessage } from './command-message.js';

export interface JsonLinesControlOptions {
  readonly input: Readable;
  readonly output: { write(text: string): unknown };
  readonly control: Control;
  /** Names who asks, for the log. */
  readonly origin?: string;
}

/**
 * Speaks the Control port as JSON lines: a command a line in, an answer a line out, in the order in which they become
 * known. Runs until the input ends or it is disposed; leaves the input paused, so that the process can exit.
 */
export function startJsonLinesControl(options: JsonLinesControlOptions): Disposable {
  const { input, output, control, origin = 'stdin' } = options;
  const lines = createInterface({ input, crlfDelay: Infinity, terminal: false });
  lines.on('line', (line) => {
    if (line.trim() !== '') void execute(line);
  });
  return {
    [Symbol.dispose]: () => {
      lines.close();
      input.pause();
    },
  };

  async function execute(line: string): Promise<void> {
    let message;
    try {
      message = parseCommandMessage(line);
    } catch (error) {
      output.write(`${answerMessage({ accepted: false, reason: (error as Error).message })}\n`);
      return;
    }
    const answer = await control.execute(message.command, origin);
    output.write(`${answerMessage(answer, message.id)}\n`);
  }
}
