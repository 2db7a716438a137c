import type { ConsoleSetting } from '../../core/console/server-messages.js';
import { secretsOf } from '../../runtime/config/explain-config.js';
import type { LoadedConfig } from '../../runtime/config/load-config.js';
import type { Config } from '../../runtime/config/schema.js';
import type { Log } from '../../runtime/log/log.js';
import { secretMasker } from '../../runtime/log/mask-secrets.js';
import { changeSetting, consoleSettings } from './live-settings.js';
import { takeOver, type Appliers } from './take-over.js';

/** What is configured now: as loaded, and changed since. */
export class CurrentConfig {
  #loaded: LoadedConfig;
  #now: Config;
  /** Who has changed a setting since the start, by its key. */
  readonly #changed = new Map<string, string>();

  constructor(loaded: LoadedConfig) {
    this.#loaded = loaded;
    this.#now = loaded.config;
  }

  get now(): Config {
    return this.#now;
  }

  /** Every effective value, and who set it. */
  settings(): ConsoleSetting[] {
    return consoleSettings({ ...this.#loaded, config: this.#now }, this.#changed);
  }

  /** Until the next start or reload. @throws UsageError naming the key and quoting the value. */
  change(key: string, value: string | number, by: string): Config {
    this.#now = changeSetting(this.#now, key, value);
    this.#changed.set(key, by);
    return this.#now;
  }

  /** Takes over what may change while running; see takeOver. */
  async reload(loaded: LoadedConfig, appliers: Appliers, log: Log): Promise<void> {
    this.#loaded = loaded;
    this.#changed.clear();
    this.#now = await takeOver(this.#now, loaded.config, appliers, log);
  }

  /** The text without the secrets of the configuration. */
  mask(text: string): string {
    return secretMasker(secretsOf(this.#loaded))(text);
  }
}
