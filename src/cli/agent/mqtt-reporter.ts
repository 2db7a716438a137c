import type { Log } from '../../core/ports/log.js';
import { reportTopic, type DeviceReport } from '../../fleet/report.js';
import { BrokerConnection } from '../../runtime/mqtt/connection/broker-connection.js';
import type { Publication } from '../../runtime/mqtt/connection/publication.js';
import { NewestValue } from '../../runtime/mqtt/newest-value.js';
import type { MqttOptions } from '../../runtime/mqtt/options.js';

const farewellMs = 500;

/** Keeps the newest report at the broker, retained: who comes later, and after a restart of the broker, finds it too. */
export class MqttReporter implements AsyncDisposable {
  readonly #connection: BrokerConnection;
  readonly #newest: NewestValue;
  readonly #topic: string;
  #said = '';

  constructor(device: string, options: MqttOptions, log: Log) {
    this.#topic = reportTopic(device, options.prefix);
    this.#newest = new NewestValue((error) => {
      log.error({ err: error }, 'the broker refuses the report');
    });
    this.#connection = new BrokerConnection({
      // a client name of its own: the service on this device has the plain one
      options: { ...options, device: `${device}-agent` },
      log,
      will: this.#availability('offline'),
      onSession: (session) => {
        session.deliver(this.#availability('online')).catch(() => undefined);
        this.#newest.resume(session);
      },
    });
  }

  /** The same again is not sent before its time. */
  publish(report: DeviceReport, { again }: { readonly again: boolean }): void {
    const said = JSON.stringify({ ...report, publishedAtMs: 0 });
    if (said === this.#said && !again) return;
    this.#said = said;
    const publication: Publication = {
      topic: this.#topic,
      payload: JSON.stringify(report),
      qos: 1,
      retain: true,
    };
    this.#newest.offer(publication, this.#connection.session);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#connection.close((session) => session.deliver(this.#availability('offline')), farewellMs);
  }

  #availability(payload: 'online' | 'offline'): Publication {
    return { topic: `${this.#topic}/availability`, payload, qos: 1, retain: true };
  }
}
