import { common, type MavLinkData } from 'mavlink-mappings';
import type { MavlinkBus } from '../../runtime/mavlink/bus.js';

/** A bus that remembers when rates last went out. */
export class WireWatch implements MavlinkBus {
  readonly compid: number;
  readonly #bus: MavlinkBus;
  sentNs: bigint | null = null;

  constructor(bus: MavlinkBus) {
    this.#bus = bus;
    this.compid = bus.compid;
  }

  get sysid(): number | null {
    return this.#bus.sysid;
  }

  now(): bigint {
    return this.#bus.now();
  }

  send(told: MavLinkData): number {
    const links = this.#bus.send(told);
    if (links > 0 && told instanceof common.GimbalManagerSetPitchyaw) this.sentNs = process.hrtime.bigint();
    return links;
  }

  readonly on: MavlinkBus['on'] = (type, listener, filter) => this.#bus.on(type, listener, filter);
}
