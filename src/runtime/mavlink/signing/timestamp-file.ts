import { readFile, rename, writeFile } from 'node:fs/promises';
import { z } from 'zod';
import { UsageError } from '../../../core/errors.js';
import type { Log } from '../../../core/ports/log.js';
import { maxTimestamp } from './signature.js';
import { Timestamps, type StoredTimestamps } from './timestamps.js';

const timestamp = z.int().min(0).max(maxTimestamp);
const fileSchema = z.strictObject({
  version: z.literal(1),
  /** False: the last words were not written, as after a power cut. */
  complete: z.boolean(),
  own: timestamp,
  streams: z.record(z.string().regex(/^\d{1,3}\/\d{1,3}\/\d{1,3}$/), timestamp),
});

const saveIntervalMs = 1000;
/** After a cut what was used since the last writing is not known: that much, 2 s in 10 us, counts as used. */
const unknownTail = 200_000;

/** Timestamps that are kept in a file: written once a second while they change, and when closed. */
export class TimestampFile implements AsyncDisposable {
  readonly timestamps: Timestamps;
  readonly #path: string;
  readonly #log: Log;
  readonly #timer: NodeJS.Timeout;
  #saved = -1;
  #saving: Promise<void> = Promise.resolve();
  #closed = false;

  private constructor(path: string, timestamps: Timestamps, log: Log) {
    this.#path = path;
    this.timestamps = timestamps;
    this.#log = log;
    this.#timer = setInterval(() => {
      this.#save(false);
    }, saveIntervalMs);
  }

  /** @throws UsageError when the file is damaged, or cannot be read or written. */
  static async open(path: string, now: () => number, log: Log): Promise<TimestampFile> {
    const stored = await readStored(path);
    const file = new TimestampFile(path, new Timestamps(now, stored), log);
    try {
      await file.#write(false); // a folder that cannot be written to is told now, not after the first packet
      return file;
    } catch (cause) {
      clearInterval(file.#timer);
      throw new UsageError(`mavlink.signing.stateFile "${path}": cannot be written (${String(cause)})`, {
        cause,
      });
    }
  }

  /** Idempotent. */
  async close(): Promise<void> {
    if (!this.#closed) {
      this.#closed = true;
      clearInterval(this.#timer);
      this.#saved = -1;
      this.#save(true);
    }
    await this.#saving;
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }

  #save(complete: boolean): void {
    const { changes } = this.timestamps;
    if (changes === this.#saved) return;
    this.#saved = changes;
    this.#saving = this.#saving
      .then(() => this.#write(complete))
      .catch((error: unknown) => {
        this.#saved = -1;
        this.#log.error(
          { err: error, path: this.#path },
          'the timestamps of MAVLink signatures were not saved',
        );
      });
  }

  /** In one piece: a cut leaves the old file or the new one. */
  async #write(complete: boolean): Promise<void> {
    const text = JSON.stringify({ version: 1, complete, ...this.timestamps.toStored() });
    await writeFile(`${this.#path}.new`, text, { mode: 0o600, flush: true });
    await rename(`${this.#path}.new`, this.#path);
  }
}

async function readStored(path: string): Promise<StoredTimestamps | undefined> {
  const fail = (what: string, cause: unknown): UsageError =>
    new UsageError(`mavlink.signing.stateFile "${path}": ${what}`, { cause });
  let text: string;
  try {
    text = await readFile(path, 'utf8');
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw fail('cannot be read', cause);
  }
  try {
    const { complete, own, streams } = fileSchema.parse(JSON.parse(text));
    const used = (it: number): number => Math.min(maxTimestamp, complete ? it : it + unknownTail);
    return {
      own: used(own),
      streams: Object.fromEntries(Object.entries(streams).map(([key, last]) => [key, used(last)])),
    };
  } catch (cause) {
    throw fail('is damaged; without it old packets could be replayed. Remove it to begin anew', cause);
  }
}
