import { mkdir, statfs } from 'node:fs/promises';
import { UsageError } from '../../core/errors.js';
import type { Log } from '../../core/ports/log.js';
import { Segment } from './segment.js';
import { listSegments, removeSegment, type SegmentFiles, type SegmentPart } from './segment-files.js';

export interface DiskRingOptions {
  readonly dir: string;
  /** What all segments may take, never exceeded. */
  readonly budgetBytes: number;
  /** Stays free on the disk. */
  readonly keepFreeBytes: number;
  readonly segmentSeconds: number;
  readonly log: Log;
  /** First line of every segment. */
  readonly describe: (segment: number) => object;
  /** Nanoseconds of CLOCK_MONOTONIC. */
  readonly clock?: () => bigint;
  /** Bytes that are free for this user. */
  readonly freeBytes?: (dir: string) => Promise<number>;
}

/** Thrown inside the ring when there is no room even without the old segments. */
class NoRoom extends Error {
  constructor() {
    super('no space left');
  }
}

/**
 * Segments on a disk, oldest removed first, within a budget. Calls do not overlap.
 *
 * Where others fill the disk the ring shrinks; where not even one segment fits, and on every write error, it stops with one
 * warning, and goes on with a new segment when there is room. No method rejects.
 */
export class DiskRing {
  readonly #options: DiskRingOptions;
  readonly #clock: () => bigint;
  readonly #freeBytes: (dir: string) => Promise<number>;
  readonly #closed: SegmentFiles[];
  #segment: Segment | null = null;
  #nextNumber: number;
  #free: number;
  #stopped: string | null = null;
  /** After a stop, until something has been written again. */
  #onTrial = false;

  private constructor(options: DiskRingOptions, found: SegmentFiles[], free: number) {
    this.#options = options;
    this.#clock = options.clock ?? (() => process.hrtime.bigint());
    this.#freeBytes = options.freeBytes ?? freeBytesOf;
    this.#closed = found;
    this.#free = free;
    this.#nextNumber = (found.at(-1)?.number ?? 0) + 1;
  }

  /** @throws UsageError when the folder cannot be made or read. */
  static async open(options: DiskRingOptions): Promise<DiskRing> {
    const { dir, freeBytes = freeBytesOf } = options;
    try {
      await mkdir(dir, { recursive: true });
      return new DiskRing(options, await listSegments(dir), await freeBytes(dir));
    } catch (cause) {
      throw new UsageError(`recording folder "${dir}": ${(cause as Error).message}`, { cause });
    }
  }

  /** Why nothing is written; null while all is well. */
  get stopped(): string | null {
    return this.#stopped;
  }

  /** Room on the disk that all segments take. */
  get bytes(): number {
    return this.#closed.reduce((sum, { bytes }) => sum + bytes, this.#segment?.bytes ?? 0);
  }

  /** The segment being written, when it is. */
  get segment(): Segment | null {
    return this.#segment;
  }

  /** Whether the segment is long or large enough for the next one to begin. */
  get due(): boolean {
    if (!this.#segment) return true;
    const age = Number(this.#clock() - this.#segment.openedAtNs) / 1e9;
    // eight segments at least, so that removing one does not take all there is
    return age >= this.#options.segmentSeconds || this.#segment.bytes > this.#options.budgetBytes / 8;
  }

  /** Closes the segment; the next write begins another. */
  async cut(): Promise<void> {
    const segment = this.#segment;
    this.#segment = null;
    if (!segment) return;
    await segment.close();
    this.#closed.push({ number: segment.number, bytes: segment.bytes });
  }

  /** Writes all of these or none. @returns whether they were written. */
  async append(parts: readonly (readonly [part: SegmentPart, bytes: Buffer])[]): Promise<boolean> {
    if (this.#stopped !== null) return false;
    try {
      const segment = await this.#current();
      const needed = parts.reduce((sum, [part, bytes]) => sum + segment.growth(part, bytes.length), 0);
      await this.#makeRoom(needed);
      for (const [part, bytes] of parts) await segment.append(part, bytes);
      this.#free -= needed;
      this.#proven();
      return true;
    } catch (error) {
      await this.#stop(error);
      return false;
    }
  }

  /** To be called about twice a second: what was written survives a power cut from now on; looks for room. */
  async sync(): Promise<void> {
    try {
      await this.#segment?.sync();
      this.#free = await this.#freeBytes(this.#options.dir);
      if (this.#stopped !== null) await this.#tryAgain();
    } catch (error) {
      await this.#stop(error);
    }
  }

  async close(): Promise<void> {
    await this.cut();
  }

  async #current(): Promise<Segment> {
    if (this.#segment) return this.#segment;
    const { dir, describe } = this.#options;
    const number = this.#nextNumber;
    const line = Buffer.from(`${JSON.stringify(describe(number))}\n`);
    await this.#makeRoom(2 * 4096);
    this.#segment = await Segment.create(dir, number, this.#clock());
    this.#nextNumber += 1;
    await this.#segment.append('jsonl', line);
    return this.#segment;
  }

  /** Removes the oldest segments until `bytes` more fit. @throws NoRoom, and nothing is removed, when they never would. */
  async #makeRoom(bytes: number): Promise<void> {
    const removable = this.#closed.reduce((sum, closed) => sum + closed.bytes, 0);
    if (this.#room() + removable < bytes) throw new NoRoom();
    while (this.#room() < bytes) {
      const oldest = this.#closed.shift();
      if (!oldest) throw new NoRoom();
      await removeSegment(this.#options.dir, oldest.number);
      this.#free += oldest.bytes;
    }
  }

  #room(): number {
    const { budgetBytes, keepFreeBytes } = this.#options;
    return Math.min(budgetBytes - this.bytes, this.#free - keepFreeBytes);
  }

  async #stop(error: unknown): Promise<void> {
    await this.cut();
    if (this.#stopped !== null) return;
    const exists = (error as NodeJS.ErrnoException).code === 'EEXIST';
    const reason = exists ? 'another recording goes into the same folder' : (error as Error).message;
    const { dir, log } = this.#options;
    // one warning, however often going on fails
    if (!this.#onTrial) log.warn({ dir, reason }, 'recording stopped; tracking goes on');
    this.#stopped = reason;
  }

  /** With room for a good piece, so that it does not stop and go with every block that others free. */
  async #tryAgain(): Promise<void> {
    const piece = Math.min(4 << 20, this.#options.budgetBytes / 8);
    try {
      await this.#makeRoom(piece);
    } catch {
      return;
    }
    this.#stopped = null;
    this.#onTrial = true;
  }

  #proven(): void {
    if (!this.#onTrial) return;
    this.#onTrial = false;
    this.#options.log.info({ dir: this.#options.dir }, 'recording goes on');
  }
}

async function freeBytesOf(dir: string): Promise<number> {
  const { bavail, bsize } = await statfs(dir);
  return bavail * bsize;
}
