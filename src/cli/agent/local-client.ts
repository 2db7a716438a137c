import { request, type IncomingMessage } from 'node:http';
import { join } from 'node:path';
import type { Readable } from 'node:stream';
import { FleetError } from '../../core/errors.js';
import { codeOf } from '../../fleet/agent/disk/file-system.js';

/** Where the resident agent hears the people of its device. */
export function socketPath(state: string): string {
  return join(state, 'agent.socket');
}

export interface LocalRequest {
  readonly method: 'GET' | 'POST';
  readonly path: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: Readable;
}

/**
 * Asks the agent that runs on this device.
 * @returns null when none runs.
 * @throws FleetError with its words when it refuses.
 */
export async function askAgent(
  state: string,
  asked: LocalRequest,
): Promise<AsyncIterable<Uint8Array> | null> {
  const response = await send(state, asked);
  if (!response) return null;
  if (response.statusCode === 200) return response;
  let text = '';
  for await (const piece of response) text += String(piece);
  throw new FleetError(`agent: ${text.trim()}`);
}

function send(state: string, { method, path, headers, body }: LocalRequest): Promise<IncomingMessage | null> {
  return new Promise((resolve, reject) => {
    const sent = request({ socketPath: socketPath(state), method, path, headers: { ...headers } }, resolve);
    sent.on('error', (cause) => {
      if (['ENOENT', 'ECONNREFUSED'].includes(codeOf(cause))) resolve(null);
      else reject(new FleetError(`agent: ${cause.message}`, { cause }));
    });
    if (body) body.pipe(sent);
    else sent.end();
  });
}
