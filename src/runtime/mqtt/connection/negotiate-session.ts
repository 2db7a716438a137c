import type { MqttOptions } from '../options.js';
import { isProtocolRefusal } from './explain-failure.js';
import { openSession, type ProtocolVersion } from './open-session.js';
import type { Publication } from './publication.js';
import type { Session } from './session.js';

/**
 * Connects once, with MQTT 5 and then 3.1.1 where the broker refuses the newer one, or with the version the options name.
 * @throws whatever went wrong, for explainFailure; the signal's reason.
 */
export async function negotiateSession(
  options: MqttOptions,
  will: Publication,
  signal: AbortSignal,
): Promise<Session> {
  if (options.protocol !== 'auto') return openSession(options, options.protocol, will, signal);
  const versions: readonly ProtocolVersion[] = ['5', '3.1.1'];
  let refusal: unknown;
  for (const version of versions) {
    try {
      return await openSession(options, version, will, signal);
    } catch (error) {
      if (!isProtocolRefusal(error)) throw error;
      refusal ??= error;
    }
  }
  throw refusal;
}
