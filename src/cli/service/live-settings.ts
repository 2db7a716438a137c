import { z } from 'zod';
import { UsageError } from '../../core/errors.js';
import type { ConsoleSetting } from '../../core/console/server-messages.js';
import { explainConfig } from '../../runtime/config/explain-config.js';
import type { LoadedConfig } from '../../runtime/config/load-config.js';
import type { Config } from '../../runtime/config/schema.js';
import { videoOptions } from '../../runtime/console/options.js';
import { logLevels } from '../../runtime/log/open-log.js';

interface LiveSetting {
  readonly change: NonNullable<ConsoleSetting['change']>;
  readonly schema: z.ZodType;
  readonly put: (config: Config, value: never) => Config;
}

/**
 * What may be changed from the console while running: nothing of it can lose a target, a recording or a connection, or give
 * anybody a right.
 */
const liveSettings: Readonly<Record<string, LiveSetting>> = {
  'log.level': {
    change: { form: 'choice', options: [...logLevels] },
    schema: z.enum(logLevels),
    put: (config, level: Config['log']['level']) => ({ ...config, log: { ...config.log, level } }),
  },
  'console.video.fps': {
    change: { form: 'number', min: 1, max: 120, step: 1 },
    schema: videoOptions.fps,
    put: (config, fps: number) => withVideo(config, { fps }),
  },
  'console.video.quality': {
    change: { form: 'number', min: 20, max: 95, step: 5 },
    schema: videoOptions.quality,
    put: (config, quality: number) => withVideo(config, { quality }),
  },
  'console.video.width': {
    change: { form: 'number', min: 160, max: 3840, step: 160 },
    schema: videoOptions.width,
    put: (config, width: number) => withVideo(config, { width }),
  },
};

/** Every effective value; @param changed who has changed a value since the start, by its key. */
export function consoleSettings(
  loaded: LoadedConfig,
  changed: ReadonlyMap<string, string>,
): ConsoleSetting[] {
  return explainConfig(loaded).map(({ key, value, origin }) => ({
    ...{ key, value, origin: changed.get(key) ?? origin },
    change: liveSettings[key]?.change ?? null,
  }));
}

/** @throws UsageError naming the key and quoting the value. */
export function changeSetting(config: Config, key: string, value: string | number): Config {
  const setting = Object.hasOwn(liveSettings, key) ? liveSettings[key] : undefined;
  if (!setting) throw new UsageError(`${key}: cannot be changed while running`);
  const parsed = setting.schema.safeParse(value);
  if (!parsed.success) {
    throw new UsageError(`${key} "${value}": ${parsed.error.issues[0]?.message ?? 'not understood'}`);
  }
  return setting.put(config, parsed.data as never);
}

function withVideo(config: Config, change: Partial<NonNullable<Config['console']>['video']>): Config {
  const { console } = config;
  if (!console) throw new UsageError('console: is not configured');
  return { ...config, console: { ...console, video: { ...console.video, ...change } } };
}
