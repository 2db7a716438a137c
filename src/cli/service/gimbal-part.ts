import type { Config } from '../../runtime/config/schema.js';
import type { ConsoleGimbal } from '../../core/console/server-messages.js';
import type { SinkFacts } from '../../runtime/console/live/subject.js';
import { gimbalForConsole } from '../gimbal/for-console.js';
import type { GimbalFollower } from '../../runtime/gimbal/gimbal-follower.js';
import type { MavlinkBus } from '../../runtime/mavlink/bus.js';
import { ExchangeableSink } from './exchangeable-sink.js';
import type { Part, PartContext } from './part.js';

/** The service's gimbal. */
export class GimbalPart implements Part {
  readonly sink = new ExchangeableSink<GimbalFollower>('gimbal');
  readonly needsSource = true;
  readonly #bus: () => MavlinkBus | null;

  /** @param bus what a MAVLink gimbal is on; null without MAVLink */
  constructor(bus: () => MavlinkBus | null) {
    this.#bus = bus;
  }

  /** @throws UsageError for a calibration that cannot be used, or a MAVLink gimbal without MAVLink. */
  async open({ gimbal }: Config, { source, log }: PartContext): Promise<void> {
    await this.sink.clear();
    if (!gimbal || !source) return;
    const { openGimbal } = await import('../../runtime/gimbal/open-gimbal.js');
    await this.sink.put(await openGimbal(gimbal, { bus: this.#bus(), frame: source.describe(), log }));
  }

  /** For the console's curve; null without a gimbal. */
  view(): ConsoleGimbal | null {
    const { current } = this.sink;
    return current && gimbalForConsole(current.status());
  }

  troubles(): string[] {
    return [];
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
