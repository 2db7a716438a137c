import type { Log } from '../../log/log.js';
import type { EventLog } from './events.js';

export interface WatchedLogOptions {
  readonly events: EventLog;
  /** Takes secrets out of a text. */
  readonly mask: (text: string) => string;
  /** Parts whose warnings are told otherwise. */
  readonly except: readonly string[];
}

/** The same log, whose warnings and errors are events, too. */
export function watchedLog(log: Log, options: WatchedLogOptions, part = ''): Log {
  const { events, mask, except } = options;
  const tell = (level: 'warning' | 'fault', fields: object, message: string): void => {
    if (except.includes(part)) return;
    const { err } = fields as { err?: unknown };
    const reason = err instanceof Error ? `: ${err.message}` : '';
    events.add(level, mask(`${part === '' ? '' : `${part}: `}${message}${reason}`));
  };
  return {
    debug: (fields, message) => {
      log.debug(fields, message);
    },
    info: (fields, message) => {
      log.info(fields, message);
    },
    warn: (fields, message) => {
      log.warn(fields, message);
      tell('warning', fields, message);
    },
    error: (fields, message) => {
      log.error(fields, message);
      tell('fault', fields, message);
    },
    child: (fields) => {
      const { part: name = part } = fields as { part?: string };
      return watchedLog(log.child(fields), options, name);
    },
  };
}
