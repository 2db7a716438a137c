import { resolve } from 'node:path';
import { loadConfig, type LoadedConfig } from '../../runtime/config/load-config.js';
import type { Setting } from '../../runtime/config/setting.js';
import type { FollowOptions } from '../follow/options.js';

/** What `start` takes besides what `track` takes, too. */
export interface StartOptions extends FollowOptions {
  readonly console: boolean;
  readonly consoleHost: string;
  readonly consolePort: number;
  readonly record?: string;
}

/** The service's configuration that the flags of `start` stand for. */
export function demoConfig(
  source: string,
  options: StartOptions,
  brokerUrl: string | null,
): Promise<LoadedConfig> {
  const { model, providers, threads, preset, set, size, fps, format, reconnect, control, record } = options;
  const setting = (key: string, value: unknown): Setting => ({
    path: key.split('.'),
    value,
    origin: { text: 'start' },
  });
  return loadConfig({
    flags: [
      setting('source.uri', source),
      ...(size ? [setting('source.size', `${size.width}x${size.height}`)] : []),
      ...(fps === undefined ? [] : [setting('source.fps', fps)]),
      ...(format === undefined ? [] : [setting('source.format', format)]),
      setting('source.reconnect', reconnect ?? false),
      setting('model.path', model),
      setting('model.providers', providers),
      setting('model.threads', threads),
      setting('tracker.preset', preset),
      ...Object.entries(set).map(([key, value]) => setting(`tracker.${key}`, value)),
      ...(brokerUrl === null ? [] : [setting('mqtt.url', brokerUrl), setting('mqtt.protocol', '3.1.1')]),
      ...(options.console
        ? [setting('console.host', options.consoleHost), setting('console.port', options.consolePort)]
        : []),
      ...(record === undefined ? [] : [setting('recording.dir', resolve(record))]),
      setting('stdin.enabled', control === 'stdin'),
      setting('http.enabled', false), // two demonstrations beside each other must not fight for the port
    ],
  });
}
