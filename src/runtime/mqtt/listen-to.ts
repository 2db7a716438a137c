import { readFile } from 'node:fs/promises';
import { connect, type IClientOptions } from 'mqtt';
import { UsageError } from '../../core/errors.js';

/** A broker that is only listened to. */
export interface ListenedBroker {
  /** `mqtt://host:1883`, or `mqtts://` for TLS. */
  readonly url: string;
  readonly username?: string | undefined;
  /** File whose first line is the password. */
  readonly passwordFile?: string | undefined;
  /** Authorities that may sign the broker (PEM). */
  readonly ca?: string | undefined;
}

export interface ListenHandlers {
  readonly onMessage: (topic: string, payload: Uint8Array, retained: boolean) => void;
  /** Told whenever the connection comes or goes; the reason where one is known. */
  readonly onConnection?: (connected: boolean, reason: string | null) => void;
}

/**
 * Hears every message of a topic filter, kept ones first, and connects again whenever the connection breaks.
 * @throws UsageError for a URL that is no broker's, and files that cannot be read.
 */
export async function listenTo(
  { url, username, passwordFile, ca }: ListenedBroker,
  filter: string,
  { onMessage, onConnection }: ListenHandlers,
): Promise<AsyncDisposable> {
  if (!URL.canParse(url) || !['mqtt:', 'mqtts:'].includes(new URL(url).protocol)) {
    throw new UsageError(`broker "${url}": write mqtt://host:1883, or mqtts://host:8883 for TLS`);
  }
  const options: IClientOptions = {
    reconnectPeriod: 1000,
    connectTimeout: 10_000,
    resubscribe: false,
    ...(username !== undefined && { username }),
    ...(passwordFile !== undefined && { password: await firstLine('password file', passwordFile) }),
    ...(ca !== undefined && { ca: await read('ca', ca) }),
  };
  const client = connect(url, options);
  let reason: string | null = null;
  client.on('connect', () => {
    reason = null;
    // with QoS 1 a broker queues what it keeps, and drops beyond its limit: mosquitto's is 1000 messages
    client.subscribe(filter, { qos: 0 }, (error) => {
      onConnection?.(!error, error ? `the broker does not let us hear ${filter}` : null);
    });
  });
  client.on('error', (error) => {
    reason = error.message === '' ? ((error as NodeJS.ErrnoException).code ?? 'failed') : error.message;
  });
  client.on('close', () => onConnection?.(false, reason));
  client.on('message', (topic, payload, { retain }) => {
    onMessage(topic, payload, retain);
  });
  return { [Symbol.asyncDispose]: () => client.endAsync(true) };
}

async function firstLine(what: string, path: string): Promise<string> {
  return (await read(what, path)).split('\n')[0]!.replace(/\r$/, '');
}

async function read(what: string, path: string): Promise<string> {
  try {
    return await readFile(path, 'utf8');
  } catch (cause) {
    throw new UsageError(`${what} "${path}": cannot be read`, { cause });
  }
}
