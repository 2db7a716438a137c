import { explainFailure } from '../../mqtt/connection/explain-failure.js';
import { negotiateSession } from '../../mqtt/connection/negotiate-session.js';
import type { MqttOptions } from '../../mqtt/options.js';
import { findings, type Check } from '../finding.js';

const { ok, note, problem } = findings('broker');

/** Connects to the configured broker as the service would, under another name, so as not to throw it out. */
export const checkBroker: Check = {
  about: 'broker',
  examine: async ({ config, signal }) => {
    if (!config?.mqtt) return [note('no broker is configured')];
    const options: MqttOptions = { ...config.mqtt, device: `${config.mqtt.device.slice(0, 50)}-doctor` };
    const topic = `${options.prefix}/${options.device}/availability`;
    const will = { topic, payload: 'offline', qos: 0, retain: false } as const;
    try {
      const session = await negotiateSession(options, will, signal);
      await session.leave(500);
      return [ok(`${options.url}: lets us in`)];
    } catch (error) {
      signal.throwIfAborted();
      const fix = 'check that the broker runs and may be reached: mosquitto_sub -h HOST -t test -d';
      return [problem(explainFailure(error, options), fix)];
    }
  },
};
