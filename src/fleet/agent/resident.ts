import { setTimeout as delay } from 'node:timers/promises';
import type { Log } from '../../core/ports/log.js';
import type { Agent } from './agent.js';
import type { Transport } from './transport/transport.js';
import { PerformanceMeter } from './watch/baseline.js';
import type { ServiceProbe } from './watch/service-sample.js';
import { ModelWatch } from './watch/watch.js';

export interface ResidentOptions {
  readonly agent: Agent;
  /** Null: models are only pushed. */
  readonly repository: Transport | null;
  readonly probe: ServiceProbe;
  readonly checkSeconds: number;
  readonly reportSeconds: number;
  readonly watch: {
    readonly minutes: number;
    readonly everySeconds: number;
    readonly graceSeconds: number;
    readonly falls: number;
  };
  readonly updateBudgetMs: number;
  /** Has the present report published. Never rejects. */
  readonly publish: () => Promise<void>;
  /** A clock that only goes forward, ms. */
  readonly steadyMs: () => number;
  /** 0 to 1: devices of a fleet must not all come at once. */
  readonly random: () => number;
  readonly log: Log;
}

/** Time at work is written down this often: a start in between costs so much of it at most. */
const writeDownMs = 30_000;
const firstRetrySeconds = 60;

/** The agent that is always there: looks for releases, watches what was activated, reports. */
export class Resident {
  readonly #options: ResidentOptions;
  #watch: { readonly sha256: string; readonly judge: ModelWatch } | null = null;
  #before = new PerformanceMeter();
  #failures = 0;
  #writtenMs = 0;

  constructor(options: ResidentOptions) {
    this.#options = options;
  }

  /** How the model in use does, as far as it was seen. */
  get before() {
    return this.#before.read();
  }

  /** Until the signal is aborted. */
  async run(signal: AbortSignal): Promise<void> {
    const { steadyMs, watch, reportSeconds, publish, repository } = this.#options;
    let checkAt = steadyMs() + 1000 * this.#options.random() * Math.min(10, this.#options.checkSeconds);
    let reportAt = 0;
    while (!signal.aborted) {
      await this.look(signal);
      if (repository && steadyMs() >= checkAt) {
        const good = await this.#check(repository, signal);
        this.#failures = good ? 0 : this.#failures + 1;
        checkAt = steadyMs() + this.#waitMs();
      }
      if (steadyMs() >= reportAt) {
        await publish();
        reportAt = steadyMs() + 1000 * reportSeconds;
      }
      await delay(1000 * watch.everySeconds, undefined, { signal }).catch(() => undefined);
    }
  }

  /** Looks at the service once, and acts upon it when a model is on probation. */
  async look(signal: AbortSignal): Promise<void> {
    const { agent, probe } = this.#options;
    const sample = await probe(signal);
    if (signal.aborted) return;
    const { probation } = agent.memory;
    if (!probation) {
      if (this.#watch) this.#before = new PerformanceMeter();
      this.#watch = null;
      if (sample) this.#before.take(sample);
      return;
    }
    const judge = this.#judge(probation);
    const verdict = judge.take(sample, this.#options.steadyMs());
    await agent.exclusively(async () => {
      if (agent.memory.probation?.model.sha256 !== probation.model.sha256) return; // rolled back meanwhile
      if (verdict.kind === 'good') {
        agent.note(null);
        await agent.installer.confirm();
      } else if (verdict.kind === 'bad') {
        agent.note(null);
        await this.#rollBack(verdict.reason);
      } else {
        agent.note(verdict.note === '' ? null : verdict.note);
        await this.#writeDown(verdict.observedMs);
      }
    });
    if (verdict.kind !== 'watching') await this.#options.publish();
  }

  async #rollBack(reason: string): Promise<void> {
    const { agent, log } = this.#options;
    try {
      await agent.installer.rollBack(reason);
    } catch (error) {
      log.error({ err: error }, 'cannot roll back');
      agent.note(`${reason}; and it cannot be rolled back: ${String(error)}`);
    }
  }

  #judge({ slot, model, observedMs, before }: NonNullable<Agent['memory']['probation']>): ModelWatch {
    const { minutes, graceSeconds, falls } = this.#options.watch;
    if (this.#watch?.sha256 !== model.sha256) {
      const judge = new ModelWatch({
        ...{ folder: slot, before, observedMs },
        ...{ watchMs: minutes * 60_000, graceMs: graceSeconds * 1000, mostFalls: falls },
        updateBudgetMs: this.#options.updateBudgetMs,
      });
      this.#watch = { sha256: model.sha256, judge };
    }
    return this.#watch.judge;
  }

  async #writeDown(observedMs: number): Promise<void> {
    const now = this.#options.steadyMs();
    if (now - this.#writtenMs < writeDownMs) return;
    this.#writtenMs = now;
    await this.#options.agent.installer.observed(observedMs);
  }

  async #check(repository: Transport, signal: AbortSignal): Promise<boolean> {
    const { agent } = this.#options;
    try {
      const { result } = await agent.update(repository, { signal, before: this.before });
      return result !== 'failed';
    } catch {
      return false; // aborted
    }
  }

  /** Sooner after a failure, for a link that comes and goes; never all devices at once. */
  #waitMs(): number {
    const { checkSeconds, random } = this.#options;
    const retry = firstRetrySeconds * 2 ** Math.min(this.#failures - 1, 10);
    const seconds = this.#failures === 0 ? checkSeconds : Math.min(checkSeconds, retry);
    return 1000 * seconds * (0.9 + 0.2 * random());
  }
}
