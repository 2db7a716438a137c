import { createInterface } from 'node:readline';
import type { Readable } from 'node:stream';
import type { Control, Origin } from '../../core/ports/control.js';
import { executeText } from './execute-text.js';

export interface JsonLinesControlOptions {
  readonly input: Readable;
  readonly output: { write(text: string): unknown };
  readonly control: Control;
  readonly origin?: Origin;
}

/**
 * Speaks the Control port as JSON lines: a command a line in, an answer a line out, in the order in which they become
 * known. Runs until the input ends or it is disposed; leaves the input paused, so that the process can exit.
 */
export function startJsonLinesControl(options: JsonLinesControlOptions): Disposable {
  const { input, output, control, origin = { kind: 'stdin' } } = options;
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
    const answer = await executeText(control, line, origin);
    output.write(`${JSON.stringify(answer)}\n`);
  }
}
