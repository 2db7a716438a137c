import { connect as connectTcp, isIP, type Socket } from 'node:net';
import { connect as connectTls } from 'node:tls';
import type { MqttOptions } from '../options.js';
import type { Secrets } from './secrets.js';

/** Starts the TCP or TLS connection to the broker. Nothing waits for its segment to fill: a track is late or it is of use. */
export function openStream({ url, tls }: MqttOptions, { ca, cert, key }: Secrets): Socket {
  const { protocol, hostname, port } = new URL(url);
  const host = hostname.replace(/^\[(.*)\]$/, '$1'); // an IPv6 address stands in brackets
  if (protocol === 'mqtt:') return connectTcp({ host, port: Number(port || 1883), noDelay: true });
  const servername = tls?.servername ?? (isIP(host) === 0 ? host : undefined);
  const socket = connectTls({
    host,
    port: Number(port || 8883),
    ...(servername !== undefined && { servername }),
    ...(ca && { ca }),
    ...(cert && { cert }),
    ...(key && { key }),
  });
  return socket.setNoDelay(true);
}
