import { createServer, type Socket } from 'node:net';
import { Aedes } from 'aedes';
import type { Log } from '../../core/ports/log.js';
import { listen } from '../net/listen.js';
import { guardPacketSize } from './connection/packet-size-guard.js';

export interface EmbeddedBrokerOptions {
  /** Address to listen on; only this machine by default, for there are no passwords. */
  readonly host?: string;
  /** First port to try; 0: any free one. */
  readonly port?: number;
  readonly maxClients?: number;
  /** A client that sends a larger packet is thrown out. */
  readonly maxPacketBytes?: number;
}

export interface EmbeddedBroker extends AsyncDisposable {
  readonly host: string;
  readonly port: number;
  /** For clients on this machine. */
  readonly url: string;
  /** Clients connected now. */
  readonly clients: number;
  /** Idempotent. */
  close(): Promise<void>;
}

/** Ports tried after the first, where that is taken. */
const morePorts = 19;

/**
 * Opens an MQTT 3.1.1 broker (aedes) in this process, for trying things out where none is installed. It keeps nothing
 * for clients that went away. Where the port is taken the next free one is used, and told to the log.
 * @throws UsageError when it cannot listen there at all.
 */
export async function openEmbeddedBroker(
  { host = '127.0.0.1', port = 1883, maxClients = 64, maxPacketBytes = 64 << 10 }: EmbeddedBrokerOptions,
  { log }: { readonly log: Log },
): Promise<EmbeddedBroker> {
  const broker = await Aedes.createBroker({
    connectTimeout: 5000,
    preConnect: (_client, packet, accept) => {
      packet.clean = true; // a session kept for a client that never returns would grow for ever
      accept(null, true);
    },
  });
  // a client's fault ends its connection, which is all there is to do
  broker.on('clientError', (client, error) => {
    log.debug({ client: client.id, err: error }, 'embedded broker: a client failed');
  });
  const sockets = new Set<Socket>();
  const server = createServer({ noDelay: true }, (socket) => {
    sockets.add(socket);
    socket.on('close', () => sockets.delete(socket));
    socket.on('error', () => undefined); // also after the broker has let go of it
    broker.handle(socket);
    guardPacketSize(socket, maxPacketBytes);
  });
  server.maxConnections = maxClients;
  let bound: number;
  try {
    bound = await listen(server, { name: 'broker', host, port, more: morePorts });
  } catch (error) {
    broker.close();
    throw error;
  }
  const url = `mqtt://${host.includes(':') ? `[${host}]` : host}:${bound}`;
  if (port !== 0 && bound !== port) log.warn({ url }, `port ${port} is taken: the broker listens on ${url}`);
  else log.info({ url }, `the broker listens on ${url}`);

  let closed: Promise<void> | null = null;
  const close = (): Promise<void> => {
    closed ??= new Promise((resolve) => {
      server.close(() => {
        resolve();
      });
      broker.close(() => {
        for (const socket of sockets) socket.destroy();
      });
    });
    return closed;
  };
  return {
    host,
    port: bound,
    url,
    get clients() {
      return broker.connectedClients;
    },
    close,
    [Symbol.asyncDispose]: close,
  };
}
