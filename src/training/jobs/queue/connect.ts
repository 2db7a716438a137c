import type { Redis } from 'ioredis';
import { TrainingError } from '../../../core/errors.js';
import type { QueueAddress } from './queue-address.js';

export interface ConnectOptions {
  /** Told once when the server goes away and once when it is back. */
  readonly note: (text: string) => void;
  readonly signal?: AbortSignal | undefined;
}

/** How long a server may take to answer for the first time. */
const firstAnswerMs = 15_000;

/**
 * Connects to a Redis server. A server that cannot be talked to now is an error; one that goes away later is waited for, for
 * as long as the connection is open, and commands wait with it.
 * @throws TrainingError naming the option and the address, without its password; the signal's reason when aborted.
 */
export async function connectQueue(
  { url, shown }: QueueAddress,
  { note, signal }: ConnectOptions,
): Promise<Redis> {
  const { Redis } = await import('ioredis'); // loaded here: only who has a queue needs it
  let ready = false;
  const redis = new Redis(url, {
    lazyConnect: true,
    connectTimeout: firstAnswerMs,
    maxRetriesPerRequest: null,
    retryStrategy: (times) => (ready ? Math.min(200 * times, 2000) : null),
  });
  const faults: string[] = [];
  redis.on('error', ({ message }: Error) => {
    if (!ready) faults.push(message);
  });
  const limit = AbortSignal.timeout(firstAnswerMs);
  const stop = signal ? AbortSignal.any([signal, limit]) : limit;
  const disconnect = (): void => {
    redis.disconnect();
  };
  stop.addEventListener('abort', disconnect, { once: true });
  try {
    signal?.throwIfAborted();
    await redis.connect();
    await redis.ping();
    if (faults.length > 0) throw new Error(faults[0]);
  } catch (fault) {
    disconnect();
    signal?.throwIfAborted();
    const closed = limit.aborted ? 'no answer' : (fault as Error).message;
    throw new TrainingError(`--queue "${shown}": ${faults[0] ?? closed}`);
  } finally {
    stop.removeEventListener('abort', disconnect);
  }
  ready = true;
  noteAbsences(redis, shown, note);
  return redis;
}

function noteAbsences(redis: Redis, shown: string, note: (text: string) => void): void {
  let away = false;
  redis.on('reconnecting', () => {
    if (!away) note(`${shown} has gone away; waiting for it`);
    away = true;
  });
  redis.on('ready', () => {
    if (away) note(`${shown} is back`);
    away = false;
  });
}
