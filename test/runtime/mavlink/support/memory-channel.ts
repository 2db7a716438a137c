import type { MavLinkData, MavLinkDataConstructor } from 'mavlink-mappings';
import { decodePayload } from '../../../../src/runtime/mavlink/codec/decode.js';
import { FrameParser } from '../../../../src/runtime/mavlink/codec/frame-parser.js';
import { classOf } from '../../../../src/runtime/mavlink/codec/registry.js';
import type { ChannelKind, Receive } from '../../../../src/runtime/mavlink/links/channel.js';

/** A link without a wire: what we write is kept, and what others would say is put in by hand. */
export class MemoryChannel {
  readonly written: Buffer[] = [];
  readonly kind: ChannelKind;
  #receive: Receive | null = null;

  constructor(framing: ChannelKind['framing'] = 'stream') {
    this.kind = {
      framing,
      open: (receive) => {
        this.#receive = receive;
        let end: (reason: string) => void;
        const ended = new Promise<string>((resolve) => (end = resolve));
        return Promise.resolve({
          write: (packet: Buffer) => this.written.push(packet) > 0,
          ended,
          close: () => {
            end('closed');
            return Promise.resolve();
          },
        });
      },
    };
  }

  get open(): boolean {
    return this.#receive !== null;
  }

  /** @returns whether a good packet was among it. */
  say(bytes: Buffer): boolean {
    return this.#receive!(bytes);
  }

  heard<T extends MavLinkData>(type: MavLinkDataConstructor<T>): T[] {
    return this.written
      .flatMap((packet) => new FrameParser().datagram(packet))
      .filter(({ msgid }) => msgid === type.MSG_ID)
      .map((frame) => decodePayload(frame, classOf(frame.msgid)!) as T);
  }
}
