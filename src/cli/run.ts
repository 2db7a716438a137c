import { reportError } from './report-error.js';
import { createProgram } from './program.js';

/**
 * Runs a command line (without node and script). Errors go to `stderr`, one line each.
 * @returns the exit code: 0, 2 for what the person asked for, 1 for everything else.
 */
export async function run(
  args: readonly string[],
  stderr: { write(text: string): unknown } = process.stderr,
): Promise<number> {
  try {
    const program = await createProgram(stderr, args[0]);
    await program.parseAsync(args, { from: 'user' });
    return 0;
  } catch (error) {
    return reportError(error, { verbose: args.includes('--verbose'), stream: stderr });
  }
}
