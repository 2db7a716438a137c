import type { SinkFacts } from '../../runtime/console/live/subject.js';
import { openMavlink, type MavlinkContext, type MavlinkSink } from '../../runtime/mavlink/mavlink-sink.js';
import type { MavlinkOptions } from '../../runtime/mavlink/options.js';
import { readPackage } from '../package-root.js';
import { ExchangeableSink } from './exchangeable-sink.js';

/** A link that heard nothing for so long is told as silent. */
const silentMs = 10_000;

/** The service's MAVLink side, which may be absent, and exchanged while running. */
export class MavlinkPart {
  readonly sink = new ExchangeableSink<MavlinkSink>('mavlink');

  /** @throws UsageError for a key or state file that cannot be used. */
  async open(options: MavlinkOptions | undefined, context: Omit<MavlinkContext, 'version'>): Promise<void> {
    await this.sink.clear();
    if (!options) return;
    const { version } = await readPackage();
    await this.sink.put(await openMavlink(options, { ...context, version }));
  }

  /** What keeps it from its work, for the service's health. */
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
