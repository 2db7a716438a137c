import { UsageError } from '../../core/errors.js';
import { readSecrets } from './connection/secrets.js';
import { MqttLink, type MqttContext } from './mqtt-link.js';
import { mqttOptionsSchema, type MqttOptions, type MqttSettings } from './options.js';

export interface OpenMqttContext extends MqttContext {
  /** Closes the link when it fires. */
  readonly signal?: AbortSignal;
}

/**
 * Opens the MQTT side of the service: a sink for tracks that also hears commands. It is open at once, with or without a
 * broker: one that is absent, or refuses, is tried again until it is there.
 * @throws UsageError for options that cannot be, and files or variables that cannot be read.
 */
export async function openMqtt(
  settings: MqttSettings,
  { control, log, signal }: OpenMqttContext,
): Promise<MqttLink> {
  const options = parseOptions(settings);
  await readSecrets(options); // a mistake is told now, not at the first connection
  signal?.throwIfAborted();
  const link = new MqttLink(options, { control, log });
  signal?.addEventListener('abort', () => void link.close(), { once: true });
  return link;
}

function parseOptions(settings: MqttSettings): MqttOptions {
  const parsed = mqttOptionsSchema.safeParse(settings);
  if (parsed.success) return parsed.data;
  const problems = parsed.error.issues.map(
    ({ path, message }) => `${['mqtt', ...path].join('.')}: ${message}`,
  );
  throw new UsageError(problems.join('; '), { cause: parsed.error });
}
