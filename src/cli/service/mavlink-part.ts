import type { Config } from '../../runtime/config/schema.js';
import type { SinkFacts } from '../../runtime/console/live/subject.js';
import type { MavlinkBus } from '../../runtime/mavlink/bus.js';
import { openMavlink, type MavlinkSink } from '../../runtime/mavlink/mavlink-sink.js';
import { readPackage } from '../package-root.js';
import { ExchangeableSink } from './exchangeable-sink.js';
import type { Part, PartContext } from './part.js';

/** A link that heard nothing for so long is told as silent. */
const silentMs = 10_000;

/** The service's MAVLink side. */
export class MavlinkPart implements Part {
  readonly sink = new ExchangeableSink<MavlinkSink>('mavlink');
  readonly #isRecording: () => boolean;

  /** @param isRecording what ground stations are told of it */
  constructor(isRecording: () => boolean) {
    this.#isRecording = isRecording;
  }

  /** Null when there are no links. */
  get bus(): MavlinkBus | null {
    return this.sink.current?.bus ?? null;
  }

  /** @throws UsageError for a key or state file that cannot be used. */
  async open({ mavlink }: Config, { control, log }: PartContext): Promise<void> {
    await this.sink.clear();
    if (!mavlink) return;
    const { version } = await readPackage();
    await this.sink.put(await openMavlink(mavlink, { control, log, version, recording: this.#isRecording }));
  }

  troubles(): string[] {
    const links = this.sink.current?.status().links ?? [];
    return links
      .filter(({ open, fault }) => !open && fault !== null)
      .map(({ name, fault }) => `MAVLink link ${name}: ${fault ?? ''}`);
  }

  facts(): SinkFacts {
    const { current } = this.sink;
    if (!current) return { state: 'off', detail: 'mavlink.links is not set' };
    const { sysid, links } = current.status();
    const faults = this.troubles();
    if (faults.length > 0) return { state: 'fault', detail: faults.join('; ') };
    if (sysid === null) return { state: 'fault', detail: "waiting for an autopilot's heartbeat" };
    const silent = links
      .filter((it) => it.silentMs === null || it.silentMs > silentMs)
      .map(({ name }) => name);
    const heard = links.reduce((sum, { received }) => sum + received, 0);
    const quiet = silent.length > 0 ? `; silent: ${silent.join(', ')}` : '';
    const refused = links.reduce((sum, it) => {
      const { unsigned, badSignature, replayed } = it.refused;
      return sum + unsigned + badSignature + replayed;
    }, 0);
    const turnedAway = refused > 0 ? `, ${refused} refused for their signature` : '';
    return { state: 'ok', detail: `system ${sysid}, ${heard} packets heard${turnedAway}${quiet}` };
  }
}
