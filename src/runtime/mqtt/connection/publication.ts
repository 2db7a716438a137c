import type { IClientPublishOptions } from 'mqtt';

export type QoS = 0 | 1;

/** The properties of MQTT 5 that are used; left out on a 3.1.1 connection. */
export type PublicationProperties = Pick<
  NonNullable<IClientPublishOptions['properties']>,
  'contentType' | 'payloadFormatIndicator' | 'correlationData' | 'messageExpiryInterval'
>;

/** One message on its way to the broker. */
export interface Publication {
  readonly topic: string;
  readonly payload: string | Buffer;
  readonly qos: QoS;
  readonly retain: boolean;
  readonly properties?: PublicationProperties;
}
