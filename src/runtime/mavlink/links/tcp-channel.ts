import { createConnection, type Socket } from 'node:net';
import { closingLimitMs, type Channel, type ChannelKind, type Receive } from './channel.js';

/** Bytes that may wait for the network: more would be old when they come out. */
const maxWaitingBytes = 8 << 10;
/** A connection that has taken nothing for so long is dead. */
const stuckAfterMs = 5000;
const connectLimitMs = 5000;

/** Connects to a TCP server, such as mavlink-router's port 5760. */
export function tcpClientChannel(address: { readonly host: string; readonly port: number }): ChannelKind {
  return {
    framing: 'stream',
    open: async (receive: Receive, signal: AbortSignal) => {
      const socket = createConnection({
        ...address,
        noDelay: true,
        keepAlive: true,
        keepAliveInitialDelay: 2000,
      });
      const ended = endOf(socket); // listens to its errors from here on
      await connected(socket, ended, signal);
      socket.on('data', receive);
      return channelOf(socket, ended);
    },
  };
}

function channelOf(socket: Socket, ended: Promise<string>): Channel {
  let stuckSinceMs: number | null = null;
  return {
    write: (packet) => {
      if (socket.destroyed) return false;
      if (socket.writableLength + packet.length <= maxWaitingBytes) {
        stuckSinceMs = null;
        socket.write(packet);
        return true;
      }
      stuckSinceMs ??= performance.now();
      if (performance.now() - stuckSinceMs > stuckAfterMs)
        socket.destroy(new Error('the other side takes nothing'));
      return false;
    },
    ended,
    close: async () => {
      socket.destroySoon(); // what was written last goes out, unless the other side takes nothing
      const late = setTimeout(() => {
        socket.destroy();
      }, closingLimitMs);
      await ended;
      clearTimeout(late);
    },
  };
}

function endOf(socket: Socket): Promise<string> {
  let reason = 'closed by the other side';
  socket.on('error', ({ message, name }) => (reason = message === '' ? name : message));
  return new Promise((resolve) => {
    socket.once('close', () => {
      resolve(reason);
    });
  });
}

async function connected(socket: Socket, ended: Promise<string>, signal: AbortSignal): Promise<void> {
  const limit = AbortSignal.timeout(connectLimitMs);
  const giveUp = (): void => {
    socket.destroy(new Error('no answer'));
  };
  limit.addEventListener('abort', giveUp);
  signal.addEventListener('abort', giveUp);
  try {
    const failure = await Promise.race([
      ended,
      new Promise<null>((resolve) => {
        socket.once('connect', () => {
          resolve(null);
        });
      }),
    ]);
    if (signal.aborted) socket.destroy();
    signal.throwIfAborted();
    if (failure !== null) throw new Error(failure);
  } finally {
    limit.removeEventListener('abort', giveUp);
    signal.removeEventListener('abort', giveUp);
  }
}
