import type { Size } from '../../core/geometry/box.js';
import type { Log } from '../../core/ports/log.js';
import type { SinkFacts } from '../../runtime/console/live/subject.js';
import type { GimbalFollower } from '../../runtime/gimbal/gimbal-follower.js';
import type { GimbalOptions } from '../../runtime/gimbal/options.js';
import type { MavlinkBus } from '../../runtime/mavlink/bus.js';
import { ExchangeableSink } from './exchangeable-sink.js';

export interface GimbalContext {
  readonly bus: MavlinkBus | null;
  /** Null: the source is not open yet, and neither can the gimbal be. */
  readonly frame: Size | null;
  readonly log: Log;
}

/** The service's gimbal, which may be absent, and exchanged while running. */
export class GimbalPart {
  readonly sink = new ExchangeableSink<GimbalFollower>('gimbal');

  /** @throws UsageError for a calibration that cannot be used, or a MAVLink gimbal without MAVLink. */
  async open(options: GimbalOptions | undefined, { bus, frame, log }: GimbalContext): Promise<void> {
    await this.sink.clear();
    if (!options || !frame) return;
    const { openGimbal } = await import('../../runtime/gimbal/open-gimbal.js');
    await this.sink.put(await openGimbal(options, { bus, frame, log }));
  }

  facts(): SinkFacts {
    const { current } = this.sink;
    if (!current) return { state: 'off', detail: 'gimbal is not set' };
    const { mode, output } = current.status();
    return {
      state: output.connected ? 'ok' : 'fault',
      detail: `${output.detail}; ${mode}${output.authority === 'operator' ? ', an operator has it' : ''}`,
    };
  }
}
