import { spawn, type ChildProcess } from 'node:child_process';
import type { Readable } from 'node:stream';
import { SourceError } from '../../../core/errors.js';
import { withoutSecrets } from '../source-uri.js';

export interface ChildCommand {
  readonly command: string;
  readonly args: readonly string[];
  /** Descriptor of the child that carries the data: 1, or 3 where the program chats on its standard output. */
  readonly fd?: 1 | 3;
  /** Debian package that has the command, named when it is missing. */
  readonly debianPackage: string;
}

export interface ChildExit {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
}

/** A running child whose output is data, and whose last words on standard error are kept, without passwords. */
export interface ChildOutput {
  readonly data: Readable;
  /** Settles when the child is gone. @throws SourceError when it could not be started. */
  readonly exit: Promise<ChildExit>;
  /** The newest lines of standard error, oldest first. */
  lastWords(): readonly string[];
  /** Ends the child at once; `exit` settles soon after. */
  kill(): void;
}

const keptLines = 20;

export function startChild({ command, args, fd = 1, debianPackage }: ChildCommand): ChildOutput {
  const child = spawn(command, args, {
    stdio: fd === 1 ? ['ignore', 'pipe', 'pipe'] : ['ignore', 'ignore', 'pipe', 'pipe'],
  });
  const data = child.stdio[fd] as Readable;
  data.on('error', () => undefined); // a broken pipe shows in the exit status
  const lines = keepLines(child.stderr!);
  return {
    data,
    exit: exitOf(child, command, debianPackage),
    lastWords: lines,
    kill: () => {
      data.destroy();
      child.stderr?.destroy(); // else a grandchild that holds it would delay `exit`
      child.kill('SIGKILL');
    },
  };
}

function exitOf(child: ChildProcess, command: string, debianPackage: string): Promise<ChildExit> {
  const exit = new Promise<ChildExit>((resolve, reject) => {
    child.once('error', (cause) => {
      const missing = 'code' in cause && cause.code === 'ENOENT';
      reject(
        new SourceError(
          missing
            ? `${command} is not installed; it is in the Debian package ${debianPackage}: sudo apt-get install ${debianPackage}`
            : `${command} could not be started: ${cause.message}`,
          { cause },
        ),
      );
    });
    child.once('close', (code, signal) => {
      resolve({ code, signal });
    });
  });
  exit.catch(() => undefined); // whoever reads the data also awaits this; until then it is no unhandled rejection
  return exit;
}

function keepLines(stderr: Readable): () => readonly string[] {
  const lines: string[] = [];
  let rest = '';
  stderr.setEncoding('utf8').on('data', (chunk: string) => {
    const parts = (rest + chunk).split(/\r?\n|\r/);
    rest = (parts.pop() ?? '').slice(-2000);
    lines.push(...parts.filter((line) => line.trim() !== ''));
    lines.splice(0, lines.length - keptLines);
  });
  return () =>
    [...lines, rest].filter((line) => line.trim() !== '').map((line) => withoutSecrets(line.trim()));
}
