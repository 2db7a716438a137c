import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { FleetError } from '../../core/errors.js';
import type { PushMessage, PushResult } from './messages.js';
import { readMessages } from './read-messages.js';

export interface SshPushOptions {
  /** Program and arguments before the host: the system's ssh by default, with the user's keys and configuration. */
  readonly ssh?: readonly string[];
  /** What is run there. */
  readonly remoteCommand?: string;
  readonly onMessage: (message: PushMessage) => void;
  readonly signal?: AbortSignal | undefined;
}

/**
 * Streams the archive into the agent's `receive` over ssh; nothing else need be open on the device.
 * @throws FleetError when ssh or the agent fails; the signal's reason.
 */
export async function pushBySsh(
  host: string,
  archive: Uint8Array,
  { ssh = ['ssh', '-T'], remoteCommand = 'tagalong agent receive', onMessage, signal }: SshPushOptions,
): Promise<PushResult> {
  const [program, ...args] = ssh;
  if (host.startsWith('-')) throw new FleetError(`host "${host}": must not begin with "-"`);
  const child = spawn(program!, [...args, host, remoteCommand], {
    stdio: ['pipe', 'pipe', 'pipe'],
    ...(signal && { signal }),
  });
  const failed = once(child, 'error').then(([cause]) => {
    throw new FleetError(`${program!}: ${(cause as Error).message}`, { cause });
  });
  failed.catch(() => undefined);
  const closed = once(child, 'close').then(([code]) => code as number | null);
  let complaints = '';
  child.stderr.on('data', (chunk: Buffer) => (complaints = (complaints + chunk.toString()).slice(-2000)));
  child.stdin.on('error', () => undefined); // the device ended first: its result says why
  child.stdin.end(archive);
  try {
    return await Promise.race([readMessages(child.stdout, onMessage), failed]);
  } catch (error) {
    signal?.throwIfAborted();
    const code = await Promise.race([closed, failed]);
    const said = complaints.trim().split('\n').at(-1) ?? '';
    throw new FleetError(said === '' ? `ssh ended with ${String(code)}: ${messageOf(error)}` : said, {
      cause: error,
    });
  } finally {
    child.kill();
  }
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
