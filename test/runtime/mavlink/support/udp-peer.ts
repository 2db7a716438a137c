import { createSocket, type Socket } from 'node:dgram';
import { once } from 'node:events';
import type { MavLinkData, MavLinkDataConstructor } from 'mavlink-mappings';
import { decodePayload } from '../../../../src/runtime/mavlink/codec/decode.js';
import { encodeMessage } from '../../../../src/runtime/mavlink/codec/encode.js';
import { FrameParser } from '../../../../src/runtime/mavlink/codec/frame-parser.js';
import { classOf } from '../../../../src/runtime/mavlink/codec/registry.js';
import { until } from './until.js';

export interface Heard<T extends MavLinkData = MavLinkData> {
  readonly message: T;
  readonly sysid: number;
  readonly compid: number;
  readonly signed: boolean;
  readonly atMs: number;
}

/** Someone on the other end of a UDP link: a ground station, an autopilot. */
export class UdpPeer implements AsyncDisposable {
  readonly heard: Heard[] = [];
  readonly #socket: Socket;
  #to: number;
  readonly #sysid: number;
  readonly #compid: number;
  #seq = 0;

  private constructor(socket: Socket, to: number, sysid: number, compid: number) {
    this.#socket = socket;
    this.#to = to;
    this.#sysid = sysid;
    this.#compid = compid;
    socket.on('error', () => undefined);
    socket.on('message', (bytes, { port }) => {
      this.#to = port;
      for (const frame of new FrameParser().datagram(bytes)) {
        const { sysid: from, compid: component, signed, msgid } = frame;
        const message = decodePayload(frame, classOf(msgid)!);
        this.heard.push({ message, sysid: from, compid: component, signed, atMs: performance.now() });
      }
    });
  }

  /** @param to port to talk to; 0: that of the first who talks to us. @param port own one; 0: any. */
  static async open({ to = 0, port = 0, sysid = 255, compid = 190 } = {}): Promise<UdpPeer> {
    const socket = createSocket('udp4');
    socket.bind(port, '127.0.0.1');
    await once(socket, 'listening');
    return new UdpPeer(socket, to, sysid, compid);
  }

  get port(): number {
    return this.#socket.address().port;
  }

  send(message: MavLinkData, from: { sysid?: number; compid?: number } = {}): void {
    const sender = { sysid: this.#sysid, compid: this.#compid, seq: this.#seq, ...from };
    this.sendBytes(encodeMessage(message, sender));
    this.#seq = (this.#seq + 1) % 256;
  }

  sendBytes(bytes: Buffer): void {
    this.#socket.send(bytes, this.#to, '127.0.0.1', () => undefined);
  }

  all<T extends MavLinkData>(type: MavLinkDataConstructor<T>): Heard<T>[] {
    return this.heard.filter((it): it is Heard<T> => it.message instanceof type);
  }

  /** Waits for one more message of a type than were heard before `since`. */
  async next<T extends MavLinkData>(
    type: MavLinkDataConstructor<T>,
    accept: (heard: Heard<T>) => boolean = () => true,
  ): Promise<Heard<T>> {
    const find = (): Heard<T> | undefined => this.all(type).find(accept);
    await until(() => find() !== undefined, type.MSG_NAME);
    return find()!;
  }

  forget(): void {
    this.heard.length = 0;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    const closed = once(this.#socket, 'close');
    this.#socket.close();
    await closed;
  }
}

/** A port of 127.0.0.1 that was free a moment ago. */
export async function freeUdpPort(): Promise<number> {
  const socket = createSocket('udp4');
  socket.bind(0, '127.0.0.1');
  await once(socket, 'listening');
  const { port } = socket.address();
  socket.close();
  await once(socket, 'close');
  return port;
}
