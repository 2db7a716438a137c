/**
 * Structured logging, as everything that runs for days does it: what happened as fixed words, the particulars as fields.
 * A pino logger is one. Errors go into the field `err`.
 */
export interface Log {
  debug(fields: object, message: string): void;
  info(fields: object, message: string): void;
  warn(fields: object, message: string): void;
  error(fields: object, message: string): void;
  /** A log whose lines all carry these fields, such as `{ part: 'mqtt' }`. */
  child(fields: Readonly<Record<string, unknown>>): Log;
}

export const silentLog: Log = {
  debug: () => undefined,
  info: () => undefined,
  warn: () => undefined,
  error: () => undefined,
  child: () => silentLog,
};
