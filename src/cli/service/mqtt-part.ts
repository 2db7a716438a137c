import type { Config } from '../../runtime/config/schema.js';
import type { SinkFacts } from '../../runtime/console/live/subject.js';
import type { MqttLink } from '../../runtime/mqtt/mqtt-link.js';
import { openMqtt } from '../../runtime/mqtt/open-mqtt.js';
import { ExchangeableSink } from './exchangeable-sink.js';
import type { Part, PartContext } from './part.js';

/** The service's broker. */
export class MqttPart implements Part {
  readonly sink = new ExchangeableSink<MqttLink>('mqtt');

  async open({ mqtt }: Config, { control, log }: PartContext): Promise<void> {
    await this.sink.clear();
    if (mqtt) await this.sink.put(await openMqtt(mqtt, { control, log }));
  }

  troubles(): string[] {
    const broker = this.sink.current?.status();
    return broker && !broker.connected ? [`no broker: ${broker.failure ?? 'connecting'}`] : [];
  }

  facts(): SinkFacts {
    const broker = this.sink.current?.status();
    if (!broker) return { state: 'off', detail: 'mqtt.url is not set' };
    if (broker.connected) return { state: 'ok', detail: broker.url };
    return { state: 'fault', detail: broker.failure ?? `connecting to ${broker.url}` };
  }
}
