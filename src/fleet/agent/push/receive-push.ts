import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { FleetError, TagalongError } from '../../../core/errors.js';
import type { PushMessage, PushResult } from '../../push/messages.js';
import type { Agent, UpdateOptions } from '../agent.js';
import { fileTransport } from '../transport/file-transport.js';
import { unpackPush } from './unpack-push.js';

export interface ReceiveOptions extends Omit<UpdateOptions, 'onProgress'> {
  readonly state: string;
  /** What the archive must hash to; null: nobody said. */
  readonly sha256: string | null;
  readonly onMessage: (message: PushMessage) => void;
}

/**
 * Takes what was pushed, as a repository in a folder: from there on it is an update like any other, with the same checks.
 * The last message is the result. Rejects for nothing but an abort.
 */
export async function receivePush(
  agent: Agent,
  pieces: AsyncIterable<Uint8Array>,
  { state, sha256, onMessage, ...options }: ReceiveOptions,
): Promise<PushResult> {
  const folder = join(state, 'incoming');
  const answer = await received(pieces, folder, sha256, options.signal, async () => {
    onMessage({ kind: 'progress', phase: 'checking', progress: null });
    return agent.update(fileTransport(folder), {
      ...options,
      onProgress: (phase, progress) => {
        onMessage({ kind: 'progress', phase, progress });
      },
    });
  });
  onMessage(answer);
  return answer;
}

async function received(
  pieces: AsyncIterable<Uint8Array>,
  folder: string,
  sha256: string | null,
  signal: AbortSignal,
  use: () => Promise<PushResult>,
): Promise<PushResult> {
  try {
    await unpackPush(pieces, folder, sha256);
    return await use();
  } catch (error) {
    signal.throwIfAborted();
    const reason = error instanceof Error ? error.message : String(error);
    const known = error instanceof TagalongError;
    return {
      kind: 'result',
      result: error instanceof FleetError ? 'refused' : 'failed',
      model: null,
      version: null,
      reason: known ? reason : `push: ${reason}`,
    };
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
