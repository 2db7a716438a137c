import type { Progress } from '../progress/progress.js';
import type { StoredClip } from '../store/clip.js';
import type { MediaFile } from './find-media.js';
import type { IngestReport } from './ingest-options.js';
import { clipBytes, type SourceRecord } from './source-record.js';

/** What became of every source so far, told to the progress as it comes. */
export interface Ledger {
  /** By the source's name. */
  readonly records: ReadonlyMap<string, SourceRecord>;
  /** Bytes of frames in the store or promised to it. */
  readonly bytes: number;
  reserve(clips: readonly StoredClip[]): void;
  /** Settles a source whose bytes were reserved. */
  keep(media: MediaFile, record: SourceRecord, isReused: boolean): void;
  /** Settles a source that gave nothing; gives back what was reserved for it. */
  fail(media: MediaFile, fault: unknown, reserved?: readonly StoredClip[]): void;
  leaveOut(media: MediaFile): void;
  /** In order of their names. */
  clips(): StoredClip[];
  report(): IngestReport;
}

export function createLedger(progress: Progress): Ledger {
  const records = new Map<string, SourceRecord>();
  const failed: { path: string; reason: string }[] = [];
  const leftOut: string[] = [];
  let bytes = 0;
  let reused = 0;
  const clips = (): StoredClip[] =>
    [...records.values()].flatMap((record) => record.clips).sort((a, b) => (a.name < b.name ? -1 : 1));
  return {
    records,
    get bytes() {
      return bytes;
    },
    reserve: (fresh) => {
      bytes += bytesOf(fresh);
    },
    keep: (media, record, isReused) => {
      records.set(media.name, record);
      if (isReused) reused++;
      if (record.damage !== null)
        progress.note(`${media.path}: damaged, only its beginning is used: ${record.damage}`);
      progress.advance();
    },
    fail: (media, fault, reserved = []) => {
      bytes -= bytesOf(reserved);
      const reason = fault instanceof Error ? fault.message : String(fault);
      failed.push({ path: media.path, reason });
      progress.note(`${media.path}: skipped: ${reason}`);
      progress.advance();
    },
    leaveOut: (media) => {
      leftOut.push(media.path);
      progress.advance();
    },
    clips,
    report: () => {
      const all = clips();
      const kept = [...records.values()];
      return {
        clips: all.length,
        frames: all.reduce((sum, clip) => sum + clip.frames, 0),
        proposals: kept.reduce((sum, record) => sum + record.proposals, 0),
        bytes,
        reused,
        failed: [...failed].sort(byPath),
        damaged: kept
          .flatMap(({ source, damage }) => (damage === null ? [] : [{ path: source.path, reason: damage }]))
          .sort(byPath),
        leftOut: [...leftOut].sort(),
      };
    },
  };
}

export function bytesOf(clips: readonly StoredClip[]): number {
  return clips.reduce((sum, clip) => sum + clipBytes(clip), 0);
}

function byPath(a: { path: string }, b: { path: string }): number {
  return a.path < b.path ? -1 : 1;
}
