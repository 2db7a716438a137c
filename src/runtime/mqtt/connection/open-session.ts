import { MqttClient, type IClientOptions } from 'mqtt';
import type { MqttOptions } from '../options.js';
import { hungUp } from './explain-failure.js';
import { openStream } from './open-stream.js';
import { guardPacketSize } from './packet-size-guard.js';
import type { Publication } from './publication.js';
import { readSecrets, type Secrets } from './secrets.js';
import { Session } from './session.js';

/** Larger packets are not even gathered; under MQTT 5 the broker is told not to send them. */
const maxPacketBytes = 256 << 10;

/** Messages of QoS 1 the broker may send before the first is acknowledged. */
const receiveMaximum = 32;

export type ProtocolVersion = '5' | '3.1.1';

/**
 * Connects once and waits for the broker's answer. Sessions are clean: what is sent while nobody listens is gone, and
 * commands never wait at the broker for a device that was away.
 * @throws whatever went wrong, for explainFailure; the signal's reason.
 */
export async function openSession(
  options: MqttOptions,
  version: ProtocolVersion,
  will: Publication,
  signal: AbortSignal,
): Promise<Session> {
  const secrets = await readSecrets(options);
  signal.throwIfAborted();
  const client = new MqttClient(
    () => {
      const stream = openStream(options, secrets);
      guardPacketSize(stream, maxPacketBytes);
      return stream;
    },
    clientOptions(options, secrets, version, will),
  );
  client.on('error', () => undefined); // for its whole life; while connecting, `answered` hears them too
  try {
    await answered(client, signal);
  } catch (error) {
    client.end(true);
    throw error;
  }
  return new Session(client, version);
}

function clientOptions(
  { prefix, device, username, keepaliveSeconds, connectTimeoutMs }: MqttOptions,
  { password }: Secrets,
  version: ProtocolVersion,
  { topic, payload, qos, retain }: Publication,
): IClientOptions {
  const will = { topic, payload: Buffer.from(payload), qos, retain };
  return {
    // one id for one device: after a cut the new connection ends the old one, before its will could contradict us
    clientId: `${prefix}-${device}`,
    ...(version === '5'
      ? { protocolVersion: 5, properties: { receiveMaximum, maximumPacketSize: maxPacketBytes } }
      : { protocolVersion: 4 }),
    clean: true,
    keepalive: keepaliveSeconds,
    // pings go out on time however much is sent: only an answer tells that the broker lives
    reschedulePings: false,
    connectTimeout: connectTimeoutMs,
    reconnectPeriod: 0,
    queueQoSZero: false,
    ...(username !== undefined && { username }),
    ...(password !== undefined && { password }),
    will,
  };
}

/** Resolves at an accepted CONNACK. */
function answered(client: MqttClient, signal: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    const onConnect = (): void => {
      settle(resolve);
    };
    const onError = (error: Error): void => {
      settle(() => {
        reject(error);
      });
    };
    const onClose = (): void => {
      onError(Object.assign(new Error('closed without an answer'), { code: hungUp }));
    };
    const onAbort = (): void => {
      onError(signal.reason as Error);
    };
    const settle = (finish: () => void): void => {
      client.off('connect', onConnect).off('error', onError).off('close', onClose);
      signal.removeEventListener('abort', onAbort);
      finish();
    };
    client.on('connect', onConnect).on('error', onError).on('close', onClose);
    signal.addEventListener('abort', onAbort, { once: true });
  });
}
