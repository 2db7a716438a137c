import type { IPublishPacket } from 'mqtt';
import type { Origin } from '../../../core/ports/control.js';

/** What came on the command topic, apart from the transport's ways of writing it. */
export interface IncomingCommand {
  readonly payload: Buffer;
  /** Kept by the broker: nobody knows how old it is. */
  readonly retained: boolean;
  /** MQTT 5: seconds it has left, as the broker counted; null when it never expires. */
  readonly expirySeconds: number | null;
  /** MQTT 5: where the sender wants the answer. */
  readonly responseTopic: string | null;
  /** MQTT 5: comes back with the answer as it is. */
  readonly correlationData: Buffer | null;
  readonly origin: Origin;
}

export function incomingCommand({ payload, retain, properties }: IPublishPacket): IncomingCommand {
  const { messageExpiryInterval, responseTopic, correlationData, userProperties } = properties ?? {};
  const name = userProperties?.['client'];
  return {
    payload: Buffer.from(payload),
    retained: retain,
    expirySeconds: messageExpiryInterval ?? null,
    responseTopic: responseTopic ?? null,
    correlationData: correlationData ?? null,
    // MQTT does not tell who published: what the sender says of itself, for the log
    origin:
      typeof name === 'string' && /^[\w.-]{1,64}$/.test(name) ? { kind: 'mqtt', name } : { kind: 'mqtt' },
  };
}
