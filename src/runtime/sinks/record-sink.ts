import { open } from 'node:fs/promises';
import { finished } from 'node:stream/promises';
import type { Writable } from 'node:stream';
import { UsageError } from '../../core/errors.js';
import type { Sink } from '../../core/ports/sink.js';
import type { Track } from '../../core/tracking/track.js';
import { csv, jsonLines, type RecordFormat } from './record-format.js';

export interface RecordSinkOptions {
  readonly name: string;
  readonly format: RecordFormat;
  /** Ended on close, unless `keepOpen` (standard output). */
  readonly stream: Writable;
  readonly keepOpen?: boolean;
  /** Tracks that come while more bytes than this wait to be written are dropped. */
  readonly maxBacklogBytes?: number;
}

/**
 * Writes a line for every track as it comes. Behind a stalled reader or disk it drops tracks instead of memory; after
 * a write error it keeps the error in `fault` and drops the rest.
 */
export class RecordSink implements Sink {
  readonly name: string;
  readonly #format: RecordFormat;
  readonly #stream: Writable;
  readonly #keepOpen: boolean;
  readonly #maxBacklogBytes: number;
  readonly #onError: (error: Error) => void;
  #fault: Error | null = null;
  #dropped = 0;
  #closed: Promise<void> | null = null;

  constructor({ name, format, stream, keepOpen = false, maxBacklogBytes = 8 << 20 }: RecordSinkOptions) {
    this.name = name;
    this.#format = format;
    this.#stream = stream;
    this.#keepOpen = keepOpen;
    this.#maxBacklogBytes = maxBacklogBytes;
    this.#onError = (error) => {
      this.#fault ??= error;
    };
    stream.on('error', this.#onError);
    if (format.header) stream.write(format.header);
  }

  get dropped(): number {
    return this.#dropped;
  }

  /** The first write error; null while all is well. */
  get fault(): Error | null {
    return this.#fault;
  }

  publish(track: Track): void {
    if (this.#closed || this.#fault || this.#stream.writableLength > this.#maxBacklogBytes) {
      this.#dropped += 1;
      return;
    }
    this.#stream.write(this.#format.line(track));
  }

  /** Ends the records with a line that says they are not all, and why. */
  markPartial(reason: string): void {
    if (!this.#closed && !this.#fault) this.#stream.write(this.#format.partial(reason));
  }

  close(): Promise<void> {
    this.#closed ??= this.#finish();
    return this.#closed;
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }

  async #finish(): Promise<void> {
    if (this.#keepOpen) {
      await new Promise<void>((resolve) => {
        if (this.#fault || this.#stream.destroyed) resolve();
        else
          this.#stream.write('', () => {
            resolve();
          });
      });
      this.#stream.off('error', this.#onError);
      return;
    }
    this.#stream.end();
    await finished(this.#stream, { readable: false }).catch(this.#onError);
  }
}

/**
 * Opens (and overwrites) a file of records: `.csv`, or `.jsonl`.
 * @throws UsageError naming `--out` for another ending or a path that cannot be written.
 */
export async function openRecordFile(path: string): Promise<RecordSink> {
  const format = formatOf(path);
  try {
    const handle = await open(path, 'w');
    return new RecordSink({ name: path, format, stream: handle.createWriteStream() });
  } catch (cause) {
    const code = (cause as NodeJS.ErrnoException).code;
    throw new UsageError(`--out "${path}": ${reasons[code ?? ''] ?? String(cause)}`, { cause });
  }
}

function formatOf(path: string): RecordFormat {
  if (path.endsWith('.csv')) return csv;
  if (path.endsWith('.jsonl')) return jsonLines;
  throw new UsageError(`--out "${path}": must end in .jsonl or .csv`);
}

const reasons: Readonly<Record<string, string>> = {
  ENOENT: 'its folder does not exist',
  EACCES: 'permission denied',
  EISDIR: 'is a folder',
  EROFS: 'the file system is read-only',
  ENOSPC: 'no space left',
};
