import { spawn, type ChildProcessWithoutNullStreams } from 'node:child_process';
import { resolve } from 'node:path';

const main = resolve(import.meta.dirname, '../../src/cli/main.js');

export interface Ended {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

export interface RunningCommand {
  readonly child: ChildProcessWithoutNullStreams;
  readonly ended: Promise<Ended>;
}

/** Starts the compiled `tagalong` as a person would, without a terminal. */
export function startTagalong(
  args: readonly string[],
  environment: Readonly<Record<string, string>> = {},
): RunningCommand {
  const env = { ...process.env, NO_COLOR: '1', ...environment };
  const child = spawn(process.execPath, [main, ...args], { env });
  let stdout = '';
  let stderr = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => (stdout += text));
  child.stderr.setEncoding('utf8').on('data', (text: string) => (stderr += text));
  const ended = new Promise<Ended>((done) => {
    child.on('close', (code) => {
      done({ code, stdout, stderr });
    });
  });
  return { child, ended };
}

/** Runs it to its end, with nothing on standard input. */
export function tagalong(...args: readonly string[]): Promise<Ended> {
  const { child, ended } = startTagalong(args);
  child.stdin.end();
  return ended;
}
