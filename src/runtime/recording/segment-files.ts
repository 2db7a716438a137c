import { readdir, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';

/** A file takes whole blocks of the disk. */
const blockBytes = 4096;

/** One stretch of a recording: `000012.mp4` and what is to be said about it, `000012.jsonl`. Numbers rise; they never depend on the clock. */
export interface SegmentFiles {
  readonly number: number;
  /** Room on the disk of both files, in bytes. */
  readonly bytes: number;
}

export type SegmentPart = 'mp4' | 'jsonl';

export function segmentPath(dir: string, number: number, part: SegmentPart): string {
  return join(dir, `${String(number).padStart(6, '0')}.${part}`);
}

/** The segments in a folder, oldest first; other files are left alone. */
export async function listSegments(dir: string): Promise<SegmentFiles[]> {
  const bytes = new Map<number, number>();
  for (const name of await readdir(dir)) {
    const [, digits] = /^(\d{6,12})\.(mp4|jsonl)$/.exec(name) ?? [];
    if (digits === undefined) continue;
    const size = await stat(join(dir, name)).then(
      (found) => found.size,
      () => 0, // removed meanwhile
    );
    bytes.set(Number(digits), (bytes.get(Number(digits)) ?? 0) + bytesOnDisk(size));
  }
  return [...bytes].map(([number, room]) => ({ number, bytes: room })).sort((a, b) => a.number - b.number);
}

export async function removeSegment(dir: string, number: number): Promise<void> {
  for (const part of ['mp4', 'jsonl'] as const) await rm(segmentPath(dir, number, part), { force: true });
}

export function bytesOnDisk(size: number): number {
  return Math.ceil(size / blockBytes) * blockBytes;
}
