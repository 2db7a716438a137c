import type { MavLinkData, MavLinkDataConstructor } from 'mavlink-mappings';
import type { Log } from '../../core/ports/log.js';
import type { ListenFilter, Received } from './bus.js';
import { decodePayload } from './codec/decode.js';
import type { MavlinkFrame } from './codec/frame.js';
import { classOf } from './codec/registry.js';

interface Listener {
  readonly hear: (received: Received) => void;
  readonly filter: ListenFilter;
}

/** Who wants to hear what. A message that nobody wants is not even decoded. */
export class Listeners {
  readonly #byId = new Map<number, Set<Listener>>();
  readonly #log: Log;

  constructor(log: Log) {
    this.#log = log;
  }

  add<T extends MavLinkData>(
    type: MavLinkDataConstructor<T>,
    hear: (received: Received<T>) => void,
    filter: ListenFilter = {},
  ): () => void {
    const all = this.#byId.get(type.MSG_ID) ?? new Set();
    this.#byId.set(type.MSG_ID, all);
    const listener = { hear: hear as Listener['hear'], filter };
    all.add(listener);
    return () => {
      all.delete(listener);
    };
  }

  tell(frame: MavlinkFrame, link: string, receivedAtNs: bigint): void {
    const { msgid, sysid, compid, seq } = frame;
    const listeners = this.#byId.get(msgid);
    const type = classOf(msgid);
    if (!listeners || listeners.size === 0 || !type) return;
    const received = { message: decodePayload(frame, type), sysid, compid, seq, link, receivedAtNs };
    for (const { hear, filter } of [...listeners]) {
      if (!passes(filter, received)) continue;
      try {
        hear(received);
      } catch (error) {
        this.#log.error(
          { err: error, message: type.MSG_NAME, sysid, compid },
          `${type.MSG_NAME}: a listener failed`,
        );
      }
    }
  }
}

function passes({ sysid, compid, link }: ListenFilter, received: Received): boolean {
  return (
    (sysid === undefined || sysid === received.sysid) &&
    (compid === undefined || compid === received.compid) &&
    (link === undefined || link === received.link)
  );
}
