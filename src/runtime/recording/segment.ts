import { open, type FileHandle } from 'node:fs/promises';
import { bytesOnDisk, segmentPath, type SegmentPart } from './segment-files.js';

/** A file that is appended to; after a failed write it ends where it ended before. */
class AppendedFile {
  readonly #handle: FileHandle;
  #size = 0;
  #dirty = false;

  private constructor(handle: FileHandle) {
    this.#handle = handle;
  }

  /** @throws when it exists already: another recording goes into the same folder. */
  static async create(dir: string, number: number, part: SegmentPart): Promise<AppendedFile> {
    return new AppendedFile(await open(segmentPath(dir, number, part), 'wx'));
  }

  get bytes(): number {
    return bytesOnDisk(this.#size);
  }

  /** Room on the disk the file would take with so many bytes more. */
  growth(bytes: number): number {
    return bytesOnDisk(this.#size + bytes) - bytesOnDisk(this.#size);
  }

  async append(bytes: Buffer): Promise<void> {
    try {
      for (let done = 0; done < bytes.length;) {
        done += (await this.#handle.write(bytes, done, bytes.length - done, this.#size + done)).bytesWritten;
      }
      this.#size += bytes.length;
      this.#dirty = true;
    } catch (error) {
      await this.#handle.truncate(this.#size).catch(() => undefined);
      throw error;
    }
  }

  async sync(): Promise<void> {
    if (!this.#dirty) return;
    this.#dirty = false;
    await this.#handle.datasync();
  }

  /** Never rejects: what could not be synced is lost either way. */
  async close(): Promise<void> {
    await this.sync().catch(() => undefined);
    await this.#handle.close().catch(() => undefined);
  }
}

/** The segment that is being written. Calls do not overlap. */
export class Segment {
  readonly number: number;
  readonly openedAtNs: bigint;
  readonly #dir: string;
  readonly #lines: AppendedFile;
  #video: AppendedFile | null = null;
  /** In the video's time units. */
  baseTime: bigint | null = null;

  private constructor(dir: string, number: number, openedAtNs: bigint, lines: AppendedFile) {
    this.#dir = dir;
    this.number = number;
    this.openedAtNs = openedAtNs;
    this.#lines = lines;
  }

  static async create(dir: string, number: number, openedAtNs: bigint): Promise<Segment> {
    const segment = new Segment(dir, number, openedAtNs, await AppendedFile.create(dir, number, 'jsonl'));
    await syncFolder(dir);
    return segment;
  }

  get bytes(): number {
    return this.#lines.bytes + (this.#video?.bytes ?? 0);
  }

  get hasVideo(): boolean {
    return this.#video !== null;
  }

  growth(part: SegmentPart, bytes: number): number {
    const file = part === 'mp4' ? this.#video : this.#lines;
    return file ? file.growth(bytes) : bytesOnDisk(bytes);
  }

  async append(part: SegmentPart, bytes: Buffer): Promise<void> {
    if (part === 'mp4' && !this.#video) {
      this.#video = await AppendedFile.create(this.#dir, this.number, 'mp4');
      await syncFolder(this.#dir);
    }
    await (part === 'mp4' ? this.#video! : this.#lines).append(bytes);
  }

  async sync(): Promise<void> {
    await this.#video?.sync();
    await this.#lines.sync();
  }

  async close(): Promise<void> {
    await this.#video?.close();
    await this.#lines.close();
  }
}

/** A file is only there after a power cut when its folder was synced too. */
async function syncFolder(dir: string): Promise<void> {
  const handle = await open(dir, 'r');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}
