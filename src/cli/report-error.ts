import { CommanderError } from 'commander';
import { TagalongError, UsageError } from '../core/errors.js';

export interface ReportOptions {
  /** Shows what was underneath, and where. */
  readonly verbose: boolean;
  readonly stream: { write(text: string): unknown };
}

/** Writes `error: …` in one line. @returns the exit code. */
export function reportError(error: unknown, { verbose, stream }: ReportOptions): number {
  // commander has written its message (or the help that was asked for) itself
  if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : 2;
  stream.write(`error: ${messageOf(error)}\n`);
  if (verbose) stream.write(causes(error));
  else if (!(error instanceof TagalongError)) stream.write('  (--verbose shows where)\n');
  return error instanceof UsageError ? 2 : 1;
}

function messageOf(error: unknown): string {
  const text = error instanceof Error ? error.message : String(error);
  const line = text.trim().replaceAll(/\s*\n\s*/g, ' ');
  return error instanceof TagalongError ? line : `unexpected: ${line}`;
}

/** The chain of causes, each with its stack. */
function causes(error: unknown): string {
  let text = '';
  for (let it = error, depth = 0; it instanceof Error && depth < 10; depth += 1) {
    text += `${depth === 0 ? '' : 'caused by: '}${it.stack ?? it.message}\n`;
    it = it.cause;
  }
  return text;
}
