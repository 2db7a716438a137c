import type { ChannelKind } from './channel.js';
import { parseLinkUrl } from './link-url.js';
import { serialChannel } from './serial-channel.js';
import { tcpClientChannel } from './tcp-channel.js';
import { udpClientChannel, udpServerChannel } from './udp-channel.js';

/** @throws UsageError for a URL that is none of a link. */
export function channelOf(url: string): ChannelKind {
  const target = parseLinkUrl(url);
  switch (target.kind) {
    case 'serial':
      return serialChannel(target);
    case 'udpin':
      return udpServerChannel(target);
    case 'udpout':
      return udpClientChannel(target);
    case 'tcpout':
      return tcpClientChannel(target);
  }
}
