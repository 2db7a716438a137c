import { loadConfig, type LoadedConfig } from '../../runtime/config/load-config.js';
import type { Setting } from '../../runtime/config/setting.js';
import type { FollowOptions } from '../follow/options.js';

/** The service's configuration that the flags of `start` stand for. */
export function demoConfig(
  source: string,
  { model, providers, threads, set, size, fps, format, reconnect, control }: FollowOptions,
  brokerUrl: string | null,
): Promise<LoadedConfig> {
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
      ...Object.entries(set).map(([key, value]) => setting(`tracker.${key}`, value)),
      ...(brokerUrl === null ? [] : [setting('mqtt.url', brokerUrl), setting('mqtt.protocol', '3.1.1')]),
      setting('stdin.enabled', control === 'stdin'),
      setting('http.enabled', false), // two demonstrations beside each other must not fight for the port
    ],
  });
}
