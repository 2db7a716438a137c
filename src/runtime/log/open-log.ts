import { pino, type Logger } from 'pino';
import { humanLine } from './human-line.js';
import type { Log } from './log.js';
import { secretMasker } from './mask-secrets.js';

export const logLevels = ['debug', 'info', 'warn', 'error', 'silent'] as const;
export type LogLevel = (typeof logLevels)[number];

/** `auto`: for people on a terminal, else JSON. */
export const logFormats = ['auto', 'human', 'json'] as const;
export type LogFormat = (typeof logFormats)[number];

export interface LogStream {
  readonly isTTY?: boolean;
  write(text: string): unknown;
}

export interface OpenLogOptions {
  readonly stream: LogStream;
  readonly level?: LogLevel;
  readonly format?: LogFormat;
  readonly colour?: boolean;
  /** True under journald: every line begins with its priority (sd-daemon(3)), so that `journalctl -p warning` works. */
  readonly journal?: boolean;
}

/** The log of a service, and what a reload may change about it. */
export interface ServiceLog extends Log {
  setLevel(level: LogLevel): void;
  /** These never appear in a line from now on, whoever writes them. */
  setSecrets(secrets: readonly string[]): void;
}

/** Opens a pino log that writes a line at a time, JSON or for people, without secrets. */
export function openLog({
  stream,
  level = 'info',
  format = 'auto',
  colour = false,
  journal = false,
}: OpenLogOptions): ServiceLog {
  let withoutSecrets = secretMasker();
  const human = format === 'human' || (format === 'auto' && stream.isTTY === true);
  const write = (line: string): void => {
    const text = withoutSecrets(line);
    const shown = human ? humanLine(text, { colour }) : text;
    stream.write(journal ? `<${priorityOf(line)}>${shown}` : shown);
  };
  const logger = pino({ level, base: null }, { write });
  return Object.assign(facade(logger), {
    setLevel: (next: LogLevel) => {
      logger.level = next;
    },
    setSecrets: (secrets: readonly string[]) => {
      withoutSecrets = secretMasker(secrets);
    },
  });
}

/** Children ask the parent for the level at every line, as pino's own do not: a reload reaches them too. */
function facade(root: Logger, fields: object = {}): Log {
  const log =
    (level: 'debug' | 'info' | 'warn' | 'error') =>
    (more: object, message: string): void => {
      root[level]({ ...fields, ...more }, message);
    };
  return {
    debug: log('debug'),
    info: log('info'),
    warn: log('warn'),
    error: log('error'),
    child: (more) => facade(root, { ...fields, ...more }),
  };
}

/** syslog's numbers for pino's levels. */
function priorityOf(line: string): number {
  const level = Number(/"level":(\d+)/.exec(line)?.[1]);
  if (level >= 50) return 3;
  if (level >= 40) return 4;
  return level >= 30 ? 6 : 7;
}
