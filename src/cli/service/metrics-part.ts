import type { Config } from '../../runtime/config/schema.js';
import type { Log } from '../../runtime/log/log.js';
import type { Health } from '../../runtime/metrics/health.js';
import { openMetricsServer, type MetricsServer } from '../../runtime/metrics/metrics-server.js';
import { ServiceMetrics } from '../../runtime/metrics/service-metrics.js';

export type MetricsPartOptions = ConstructorParameters<typeof ServiceMetrics>[0] & { readonly log: Log };

/** The service's figures, which are always counted, and their server, which may be absent. */
export class MetricsPart implements AsyncDisposable {
  readonly metrics: ServiceMetrics;
  readonly #health: () => Health;
  readonly #log: Log;
  #server: MetricsServer | null = null;

  constructor({ log, ...facts }: MetricsPartOptions) {
    this.metrics = new ServiceMetrics(facts);
    this.#health = facts.health;
    this.#log = log;
  }

  /** @throws UsageError when it cannot listen there. */
  async open({ enabled, host, port }: Config['http']): Promise<void> {
    await this.#server?.close();
    this.#server = null;
    if (!enabled) return;
    const { metrics } = this;
    this.#server = await openMetricsServer({ ...{ host, port, metrics }, health: this.#health });
    this.#log.info({ url: this.#server.url }, 'metrics and health are served');
  }

  async close(): Promise<void> {
    await this.#server?.close();
    this.metrics[Symbol.dispose]();
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }
}
