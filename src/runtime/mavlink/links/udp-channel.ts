import { createSocket, type Socket } from 'node:dgram';
import { isIPv6 } from 'node:net';
import { lookup } from 'node:dns/promises';
import type { Channel, ChannelKind, Receive } from './channel.js';
import { UdpPeers } from './udp-peers.js';

/** Bytes that may wait in the process for a network that takes none. */
const maxWaitingBytes = 16 << 10;

interface Address {
  readonly host: string;
  readonly port: number;
}

/** Waits for others, and answers all it has lately heard good packets from. */
export function udpServerChannel(address: Address): ChannelKind {
  return { framing: 'datagram', open: (receive, signal) => openServer(address, receive, signal) };
}

/** Talks to one address, and hears that one alone. */
export function udpClientChannel(address: Address): ChannelKind {
  return { framing: 'datagram', open: (receive, signal) => openClient(address, receive, signal) };
}

async function openServer({ host, port }: Address, receive: Receive, signal: AbortSignal): Promise<Channel> {
  const socket = createSocket({ type: isIPv6(host) ? 'udp6' : 'udp4' });
  const peers = new UdpPeers();
  socket.on('message', (bytes, peer) => {
    const stranger = !peers.has(peer);
    peers.heard(peer, performance.now()); // before: the answer may be given while it is read
    if (!receive(bytes) && stranger) peers.forget(peer);
  });
  await started(socket, signal, () => socket.bind(port, host));
  return channelOf(socket, (packet) => {
    const present = peers.present(performance.now());
    for (const { address, port: to } of present) socket.send(packet, to, address, ignore);
    return present.length > 0;
  });
}

async function openClient({ host, port }: Address, receive: Receive, signal: AbortSignal): Promise<Channel> {
  const { address, family } = await lookup(host);
  signal.throwIfAborted();
  const socket = createSocket({ type: family === 6 ? 'udp6' : 'udp4' });
  socket.on('message', receive);
  // connected: the kernel passes on nothing from other addresses
  await started(socket, signal, () => {
    socket.connect(port, address);
  });
  return channelOf(socket, (packet) => {
    socket.send(packet, ignore);
    return true;
  });
}

/** Nobody listens there yet, or the network is away: what was sent is lost, as UDP is, and the next may arrive. */
const ignore = (): void => undefined;

function channelOf(socket: Socket, send: (packet: Buffer) => boolean): Channel {
  let open = true;
  const ended = new Promise<string>((resolve) => {
    socket.once('close', () => {
      open = false;
      resolve('closed');
    });
  });
  return {
    write: (packet) => open && socket.getSendQueueSize() <= maxWaitingBytes && send(packet),
    ended,
    close: async () => {
      if (open) {
        open = false;
        socket.close();
      }
      await ended;
    },
  };
}

/** Faults while it runs are not its end: a connected socket is told of every packet that nobody took. */
async function started(socket: Socket, signal: AbortSignal, start: () => void): Promise<void> {
  await new Promise<void>((resolve, reject) => {
    const done = (): void => {
      socket.off('error', reject);
      socket.on('error', ignore);
      resolve();
    };
    socket.once('error', reject).once('listening', done).once('connect', done);
    start();
  }).catch((error: unknown) => {
    socket.on('error', ignore);
    socket.close();
    const { code = '' } = error as NodeJS.ErrnoException;
    throw new Error(reasons[code] ?? String(error), { cause: error });
  });
  if (!signal.aborted) return;
  socket.close();
  signal.throwIfAborted();
}

const reasons: Readonly<Record<string, string>> = {
  EADDRINUSE: 'another program uses this port',
  EACCES: 'permission denied',
  EADDRNOTAVAIL: 'this machine has no such address',
};
