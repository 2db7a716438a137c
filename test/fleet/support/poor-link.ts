import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Server, type Socket } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';

export interface LinkState {
  /** Bytes a second towards the device, all connections together. */
  bytesPerSecond: number;
  /** A connection is cut when so many bytes have come over it; Infinity: never. */
  cutAfter: number;
  /** How it is cut: by a reset, by an end as if all were said, or by nothing more ever coming. */
  way: 'reset' | 'end' | 'silence';
}

/** Written at once: smaller than any cut that matters. */
const piece = 4096;

/** Stands between a device and a server, as a radio does: slow, and cut again and again. What it does may be changed while it works. */
export class PoorLink implements AsyncDisposable {
  readonly state: LinkState = { bytesPerSecond: Infinity, cutAfter: Infinity, way: 'reset' };
  /** Bytes that went to the device so far. */
  passed = 0;
  /** Connections that were cut so far. */
  cuts = 0;
  readonly #server: Server;
  readonly #sockets = new Set<Socket>();
  #freeAtMs = 0;

  private constructor(server: Server) {
    this.#server = server;
  }

  /** @param port of the server behind it, on this machine */
  static async open(port: number): Promise<PoorLink> {
    const server = createServer({ noDelay: true });
    const link = new PoorLink(server);
    server.on('connection', (device) => {
      link.#join(device, connect({ port, host: '127.0.0.1', noDelay: true }));
    });
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    return link;
  }

  get url(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const socket of this.#sockets) socket.destroy();
    this.#server.close();
    await once(this.#server, 'close');
  }

  #join(device: Socket, server: Socket): void {
    for (const socket of [device, server]) {
      this.#sockets.add(socket);
      socket.on('error', () => undefined).on('close', () => this.#sockets.delete(socket));
    }
    device.on('close', () => server.destroy());
    device.pipe(server);
    void this.#carry(server, device).catch(() => device.destroy());
  }

  async #carry(server: Socket, device: Socket): Promise<void> {
    let came = 0;
    for await (const chunk of server as AsyncIterable<Buffer>) {
      for (let at = 0; at < chunk.length; at += piece) {
        const room = this.state.cutAfter - came;
        const bytes = chunk.subarray(at, at + Math.min(piece, room));
        await this.#wait(bytes.length);
        if (!device.write(bytes)) await once(device, 'drain');
        this.passed += bytes.length;
        came += bytes.length;
        if (came < this.state.cutAfter) continue;
        this.cuts += 1;
        await this.#cut(device);
        return;
      }
    }
    device.end();
  }

  /** Keeps the rate, over all connections. */
  async #wait(bytes: number): Promise<void> {
    const now = performance.now();
    this.#freeAtMs = Math.max(now, this.#freeAtMs) + (1000 * bytes) / this.state.bytesPerSecond;
    if (this.#freeAtMs - now > 1) await delay(this.#freeAtMs - now);
  }

  async #cut(device: Socket): Promise<void> {
    if (this.state.way === 'reset') device.resetAndDestroy();
    else if (this.state.way === 'end') device.end();
    else await once(device, 'close');
  }
}
