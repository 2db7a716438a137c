import { createHash, type KeyObject } from 'node:crypto';
import { FleetError } from '../../core/errors.js';
import { challengePath, pushChallengeSchema, pushHeaders, pushPath, signPush } from './http-push.js';
import type { PushMessage, PushResult } from './messages.js';
import { readMessages } from './read-messages.js';

export interface HttpPushOptions {
  /** Private half of the key that was enrolled in the agent. */
  readonly key: KeyObject;
  readonly onMessage: (message: PushMessage) => void;
  readonly signal?: AbortSignal | undefined;
}

/** Pushes to an agent that listens on `http://device:port`. @throws FleetError; the signal's reason. */
export async function pushByHttp(
  url: string,
  archive: Uint8Array,
  { key, onMessage, signal }: HttpPushOptions,
): Promise<PushResult> {
  const base = url.replace(/\/+$/, '');
  const sha256 = createHash('sha256').update(archive).digest('hex');
  const asked = await request(`${base}${challengePath}`, { ...(signal && { signal }) });
  const challenge = pushChallengeSchema.safeParse(await asked.json().catch(() => null));
  if (!challenge.success) throw new FleetError(`${url}: is no tagalong agent`, { cause: challenge.error });
  const answer = await request(`${base}${pushPath}`, {
    method: 'POST',
    body: archive as Uint8Array<ArrayBuffer>,
    headers: {
      [pushHeaders.sha256]: sha256,
      [pushHeaders.nonce]: challenge.data.nonce,
      [pushHeaders.signature]: signPush(key, challenge.data, sha256),
    },
    ...(signal && { signal }),
  });
  if (!answer.body) throw new FleetError(`${url}: answered nothing`);
  return readMessages(answer.body as AsyncIterable<Uint8Array>, onMessage);
}

async function request(url: string, init: RequestInit): Promise<Response> {
  let response: Response;
  try {
    response = await fetch(url, init);
  } catch (cause) {
    init.signal?.throwIfAborted();
    const reason = (cause as Error).cause;
    throw new FleetError(`${url}: ${reason instanceof Error ? reason.message : String(cause)}`, { cause });
  }
  if (response.ok) return response;
  const said = (await response.text().catch(() => '')).trim().slice(0, 200);
  throw new FleetError(`${url}: ${response.status} ${said === '' ? response.statusText : said}`);
}
