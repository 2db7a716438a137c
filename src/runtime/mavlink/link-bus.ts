import type { MavLinkData, MavLinkDataConstructor } from 'mavlink-mappings';
import type { Log } from '../../core/ports/log.js';
import type { ListenFilter, MavlinkBus, Received, SendOptions } from './bus.js';
import type { MavlinkFrame } from './codec/frame.js';
import type { ChannelKind } from './links/channel.js';
import { Link, type LinkStatus } from './links/link.js';
import { Listeners } from './listeners.js';
import type { Signing } from './signing/signature-gate.js';
import { Vehicle, type Autopilot } from './vehicle.js';

export interface LinkPlan {
  readonly name: string;
  readonly kind: ChannelKind;
  readonly signing: Signing | null;
  readonly linkId: number;
}

export interface LinkBusOptions {
  readonly links: readonly LinkPlan[];
  /** Null: learned from the autopilot's heartbeat. */
  readonly sysid: number | null;
  readonly compid: number;
  readonly log: Log;
}

/** The bus over real links, each of which breaks and comes back on its own. */
export class LinkBus implements MavlinkBus, AsyncDisposable {
  readonly compid: number;
  readonly #links: readonly Link[];
  readonly #listeners: Listeners;
  readonly #vehicle: Vehicle;
  readonly #log: Log;
  readonly #unwritable = new Set<string>();
  #closed: Promise<unknown> | null = null;

  constructor({ links, sysid, compid, log }: LinkBusOptions) {
    this.compid = compid;
    this.#log = log;
    this.#listeners = new Listeners(log);
    this.#vehicle = new Vehicle(this, sysid, log);
    this.#links = links.map(
      (plan) =>
        new Link({
          ...plan,
          log,
          onFrame: (frame, link) => {
            this.#hear(frame, link);
          },
        }),
    );
  }

  get sysid(): number | null {
    return this.#vehicle.sysid;
  }

  /** The vehicle's autopilot, as it last told of itself; null before its first heartbeat. */
  get autopilot(): Autopilot | null {
    return this.#vehicle.autopilot;
  }

  now(): bigint {
    return process.hrtime.bigint();
  }

  status(): readonly LinkStatus[] {
    return this.#links.map((link) => link.status());
  }

  send(message: MavLinkData, { compid = this.compid, link }: SendOptions = {}): number {
    const { sysid } = this;
    if (sysid === null || this.#closed) return 0;
    try {
      return this.#links
        .filter(({ name }) => link === undefined || link === name)
        .filter((it) => it.send(message, sysid, compid)).length;
    } catch (error) {
      this.#tellUnwritable(message, error);
      return 0;
    }
  }

  on<T extends MavLinkData>(
    type: MavLinkDataConstructor<T>,
    listener: (received: Received<T>) => void,
    filter?: ListenFilter,
  ): () => void {
    return this.#listeners.add(type, listener, filter);
  }

  /** Closes all links. Idempotent; takes half a second at most. */
  async close(): Promise<void> {
    this.#closed ??= Promise.all(this.#links.map((link) => link.close()));
    await this.#closed;
    this.#vehicle[Symbol.dispose]();
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }

  #hear(frame: MavlinkFrame, { name }: Link): void {
    // our own words, come back over a loop in the routing
    if (frame.sysid === this.sysid && frame.compid === this.compid) return;
    this.#listeners.tell(frame, name, this.now());
  }

  /** A fault of ours; told once for each kind of message. */
  #tellUnwritable(message: MavLinkData, error: unknown): void {
    const { MSG_NAME: name } = message.constructor as MavLinkDataConstructor<MavLinkData>;
    if (this.#unwritable.has(name)) return;
    this.#unwritable.add(name);
    this.#log.error({ err: error, message: name }, `${name} cannot be written`);
  }
}
