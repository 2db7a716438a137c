import { UsageError } from '../../core/errors.js';
import type { Log } from '../../core/ports/log.js';
import type { Config } from '../../runtime/config/schema.js';

/** How sections are taken over while running; what has none needs a restart. */
export type Appliers = Readonly<Partial<Record<keyof Config, (config: Config) => Promise<void> | void>>>;

/**
 * Takes over what has changed, section by section. A section that cannot be used is put back as it was.
 * @returns what is configured now.
 */
export async function takeOver(old: Config, next: Config, appliers: Appliers, log: Log): Promise<Config> {
  const changed = changedSections(old, next);
  const later = changed.filter((section) => !appliers[section]);
  const applied: (keyof Config)[] = [];
  let config = old;
  for (const section of changed) {
    const apply = appliers[section];
    if (!apply) continue;
    try {
      await apply(next);
      config = { ...config, [section]: next[section] };
      applied.push(section);
    } catch (error) {
      if (!(error instanceof UsageError)) throw error;
      log.error({ err: error, section }, 'section not reloaded; the old one stays');
      await apply(old);
    }
  }
  if (later.length > 0) log.warn({ sections: later }, 'changed, but only a restart takes them over');
  log.info({ sections: applied }, applied.length > 0 ? 'configuration reloaded' : 'nothing to reload');
  return config;
}

/** Sections that differ; what is written differently but means the same does not. */
function changedSections(old: Config, next: Config): (keyof Config)[] {
  const keys = new Set([...Object.keys(old), ...Object.keys(next)]) as Set<keyof Config>;
  return [...keys].filter((key) => JSON.stringify(old[key]) !== JSON.stringify(next[key]));
}
