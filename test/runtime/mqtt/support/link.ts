import { MemoryControl } from '../../../../src/core/ports/memory/memory-control.js';
import type { Control } from '../../../../src/core/ports/control.js';
import type { Log } from '../../../../src/core/ports/log.js';
import type { MqttLink } from '../../../../src/runtime/mqtt/mqtt-link.js';
import { openMqtt } from '../../../../src/runtime/mqtt/open-mqtt.js';
import type { MqttSettings } from '../../../../src/runtime/mqtt/options.js';
import { until } from './until.js';

export interface LogLine {
  readonly level: keyof Log;
  readonly fields: object;
  readonly message: string;
}

/** A log that keeps its lines. */
export function memoryLog(): Log & { readonly lines: LogLine[] } {
  const lines: LogLine[] = [];
  const at =
    (level: keyof Log) =>
    (fields: object, message: string): void => {
      lines.push({ level, fields, message });
    };
  return { lines, debug: at('debug'), info: at('info'), warn: at('warn'), error: at('error') };
}

/** Tries again soon: tests do not wait half a minute for a broker. */
export const quick = { reconnect: { minMs: 20, maxMs: 200 } };

/** A link to a broker, connected unless said otherwise. */
export async function openLink(
  settings: MqttSettings,
  {
    control = new MemoryControl(),
    log = memoryLog(),
    connected = true,
  }: { readonly control?: Control; readonly log?: Log; readonly connected?: boolean } = {},
): Promise<MqttLink> {
  const link = await openMqtt({ device: 'd1', ...quick, ...settings }, { control, log });
  if (connected) await until(() => link.status().connected, `a connection to ${settings.url}`);
  return link;
}
