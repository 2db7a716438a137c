import { createConnection, createServer, type Socket } from 'node:net';
import { once } from 'node:events';
import { setTimeout as delay } from 'node:timers/promises';
import type { ExecutionContext } from 'ava';

export interface LinkOptions {
  readonly port: number;
  /** Each way. */
  readonly delayMs?: number;
  /** From the device to the page. */
  readonly bytesPerSecond?: number;
}

/** A radio link to a console: everything arrives late, and no faster than it can. @returns its address. */
export async function openSlowLink(
  t: ExecutionContext,
  { port, delayMs = 0, bytesPerSecond = Number.POSITIVE_INFINITY }: LinkOptions,
): Promise<string> {
  const sockets = new Set<Socket>();
  const server = createServer((page) => {
    const device = createConnection({ host: '127.0.0.1', port });
    for (const socket of [page, device]) {
      sockets.add(socket);
      socket.on('error', () => undefined);
      socket.setNoDelay(true);
    }
    void carry(page, device, delayMs, Number.POSITIVE_INFINITY);
    void carry(device, page, delayMs, bytesPerSecond);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  t.teardown(() => {
    for (const socket of sockets) socket.destroy();
    server.close();
  });
  return `http://127.0.0.1:${(server.address() as { port: number }).port}/`;
}

/** Reads no further ahead than the link carries, so that the sender feels it. */
async function carry(from: Socket, to: Socket, delayMs: number, bytesPerSecond: number): Promise<void> {
  try {
    for await (const chunk of from as AsyncIterable<Buffer>) {
      setTimeout(() => {
        if (!to.destroyed) to.write(chunk);
      }, delayMs);
      await delay((chunk.length / bytesPerSecond) * 1000);
    }
  } catch {
    // one end is gone
  }
  setTimeout(() => to.destroy(), delayMs);
}
