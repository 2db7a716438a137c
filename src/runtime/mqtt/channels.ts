import type { QoS } from './connection/publication.js';

/** What is said where, and how: the one list that the service, its documentation and the AsyncAPI file agree on. */
export interface Channel {
  /** Below `<prefix>/<device>/`. */
  readonly name: string;
  /** Who publishes. */
  readonly from: 'device' | 'client';
  readonly qos: QoS;
  readonly retain: boolean;
}

export const channels = {
  track: { name: 'track', from: 'device', qos: 0, retain: false },
  state: { name: 'state', from: 'device', qos: 1, retain: true },
  availability: { name: 'availability', from: 'device', qos: 1, retain: true },
  health: { name: 'health', from: 'device', qos: 1, retain: false },
  command: { name: 'command', from: 'client', qos: 1, retain: false },
  response: { name: 'command/response', from: 'device', qos: 1, retain: false },
} as const satisfies Record<string, Channel>;

export type ChannelName = keyof typeof channels;

/** The full topics of one device. */
export type Topics = Readonly<Record<ChannelName, string>>;

export function topicsOf({ prefix, device }: { readonly prefix: string; readonly device: string }): Topics {
  const entries = Object.entries(channels).map(([key, { name }]) => [key, `${prefix}/${device}/${name}`]);
  return Object.fromEntries(entries) as Topics;
}
