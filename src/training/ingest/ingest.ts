import { rm } from 'node:fs/promises';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { TrainingError, UsageError } from '../../core/errors.js';
import { silentProgress } from '../progress/progress.js';
import { writeJsonAtomic } from '../stage/atomic.js';
import { digestOf, stageState, writeStageManifest } from '../stage/manifest.js';
import { indexFormat, type StoredClip, storeFiles } from '../store/clip.js';
import { decodeImage } from './decode-image.js';
import { decodeVideo } from './decode-video.js';
import { findMedia, type MediaFile } from './find-media.js';
import {
  defaultFrameOptions,
  type FrameOptions,
  type IngestOptions,
  type IngestReport,
} from './ingest-options.js';
import { createProposalPool, type ProposalPool } from './proposals/proposal-pool.js';
import { clipBytes, findSourceRecord, type SourceRecord, writeSourceRecord } from './source-record.js';
import { refuseForeignFolder, removeOrphans } from './store-folder.js';

/**
 * First training stage: videos and images become a frame store with label-free proposals. Killed at any time it goes on after the
 * last finished source and ends with the same bytes. A source that cannot be read is named in the report and skipped.
 *
 * @throws UsageError for folders that cannot be read, TrainingError when no source gives a frame.
 */
export async function ingest(options: IngestOptions): Promise<IngestReport> {
  const { out, signal, progress = silentProgress() } = options;
  const frameOptions = pickFrameOptions(options);
  const sources = await findSources(options);
  await refuseForeignFolder(out);
  const shape = { ...frameOptions, maxBytes: options.maxBytes ?? null };
  const intent = { stage: 'ingest', inputs: digestOf(sources.map(inputOf)), options: shape };
  const state = await stageState(out, intent);
  if (state.kind !== 'done') {
    await writeStageManifest(out, intent, false);
    await rm(join(out, storeFiles.index), { force: true });
  }
  const run = new IngestRun(options, frameOptions);
  progress.start('ingest', sources.length);
  try {
    await run.takeAll(sources);
  } finally {
    progress.finish();
  }
  signal?.throwIfAborted();
  const report = run.report();
  if (report.clips === 0) throw new TrainingError(nothingUsable(report));
  await writeJsonAtomic(join(out, storeFiles.index), { format: indexFormat, clips: run.clips() });
  await removeOrphans(out, run.records);
  await writeStageManifest(out, intent, true);
  for (const line of summary(report)) progress.note(line);
  return report;
}

/** One run over all sources: decoding here, proposals in the pool, a bounded number of sources in flight. */
class IngestRun {
  readonly records = new Map<string, SourceRecord>();
  readonly #options: IngestOptions;
  readonly #frameOptions: FrameOptions;
  readonly #digest: string;
  readonly #failed: { path: string; reason: string }[] = [];
  readonly #leftOut: string[] = [];
  #bytes = 0;
  #reused = 0;

  constructor(options: IngestOptions, frameOptions: FrameOptions) {
    this.#options = options;
    this.#frameOptions = frameOptions;
    this.#digest = digestOf(frameOptions);
  }

  async takeAll(sources: readonly MediaFile[]): Promise<void> {
    const { out, signal, threads = availableParallelism() } = this.#options;
    await using pool = createProposalPool(out, this.#frameOptions.proposalsPerFrame, threads);
    const inFlight = new Set<Promise<void>>();
    for (const media of sources) {
      if (signal?.aborted) break;
      const begun = await this.#begin(media, pool);
      if (!begun) continue;
      const tracked: Promise<void> = begun.finishing.finally(() => inFlight.delete(tracked));
      inFlight.add(tracked);
      // one more than the pool works on, so that it never waits for the decoder
      if (inFlight.size > pool.width) await Promise.race(inFlight);
    }
    await Promise.all(inFlight);
  }

  clips(): StoredClip[] {
    return [...this.records.values()]
      .flatMap(({ clips }) => clips)
      .sort((a, b) => (a.name < b.name ? -1 : 1));
  }

  report(): IngestReport {
    const clips = this.clips();
    const records = [...this.records.values()];
    const byPath = (a: { path: string }, b: { path: string }): number => (a.path < b.path ? -1 : 1);
    return {
      clips: clips.length,
      frames: clips.reduce((sum, clip) => sum + clip.frames, 0),
      proposals: records.reduce((sum, record) => sum + record.proposals, 0),
      bytes: this.#bytes,
      reused: this.#reused,
      failed: [...this.#failed].sort(byPath),
      damaged: records
        .flatMap(({ source, damage }) => (damage === null ? [] : [{ path: source.path, reason: damage }]))
        .sort(byPath),
      leftOut: [...this.#leftOut].sort(),
    };
  }

  /** Decodes a source; answers what is still to be done for it, or null when it is settled. */
  async #begin(media: MediaFile, pool: ProposalPool): Promise<{ finishing: Promise<void> } | null> {
    const { out, progress, maxBytes = Infinity } = this.#options;
    const known = await findSourceRecord(out, media, this.#digest);
    if (known) {
      const bytes = bytesOf(known.clips);
      if (this.#bytes + bytes > maxBytes) this.#leftOut.push(media.path);
      else {
        this.#keep(media, known);
        this.#bytes += bytes;
        this.#reused++;
      }
      progress?.advance();
      return null;
    }
    try {
      const options = { ...this.#options, ...this.#frameOptions };
      const decode = media.kind === 'video' ? decodeVideo : decodeImage;
      const decoded = await decode(media, options, maxBytes - this.#bytes);
      if (!decoded) {
        this.#leftOut.push(media.path);
        progress?.advance();
        return null;
      }
      const bytes = bytesOf(decoded.clips);
      this.#bytes += bytes;
      const finishing = this.#finish(media, pool, decoded).catch((fault: unknown) => {
        this.#bytes -= bytes;
        this.#fail(media, fault);
      });
      return { finishing };
    } catch (fault) {
      this.#fail(media, fault);
      return null;
    }
  }

  async #finish(
    media: MediaFile,
    pool: ProposalPool,
    { clips, damage }: { clips: readonly StoredClip[]; damage: string | null },
  ): Promise<void> {
    const counts = await Promise.all(clips.map((clip) => pool.compute(clip)));
    const proposals = counts.reduce((sum, count) => sum + count, 0);
    const record = { options: this.#digest, damage, clips: [...clips], proposals };
    this.#keep(media, await writeSourceRecord(this.#options.out, media, record));
    this.#options.progress?.advance();
  }

  #keep(media: MediaFile, record: SourceRecord): void {
    this.records.set(media.name, record);
    if (record.damage !== null) {
      this.#options.progress?.note(`${media.path}: damaged, only its beginning is used: ${record.damage}`);
    }
  }

  #fail(media: MediaFile, fault: unknown): void {
    if (this.#options.signal?.aborted) return;
    const reason = fault instanceof Error ? fault.message : String(fault);
    this.#failed.push({ path: media.path, reason });
    this.#options.progress?.note(`${media.path}: skipped: ${reason}`);
    this.#options.progress?.advance();
  }
}

async function findSources({ videos, images }: IngestOptions): Promise<MediaFile[]> {
  if (videos === undefined && images === undefined) {
    throw new UsageError('ingest needs --videos or --images, got neither');
  }
  const found = [
    ...(videos === undefined ? [] : await findMedia(videos, 'video')),
    ...(images === undefined ? [] : await findMedia(images, 'image')),
  ];
  if (found.length === 0) {
    const where = [videos, images]
      .flatMap((folder) => (folder === undefined ? [] : [`"${folder}"`]))
      .join(', ');
    throw new UsageError(`no videos or images below ${where}`);
  }
  return found;
}

function pickFrameOptions(options: IngestOptions): FrameOptions {
  const chosen: FrameOptions = {
    maxFramesPerClip: options.maxFramesPerClip ?? defaultFrameOptions.maxFramesPerClip,
    maxClipsPerVideo: options.maxClipsPerVideo ?? defaultFrameOptions.maxClipsPerVideo,
    longSide: options.longSide ?? defaultFrameOptions.longSide,
    proposalsPerFrame: options.proposalsPerFrame ?? defaultFrameOptions.proposalsPerFrame,
  };
  for (const [name, value] of Object.entries(chosen) as [string, number][]) {
    if (!Number.isInteger(value) || value < 1)
      throw new UsageError(`${name} must be a positive integer, got ${value}`);
  }
  if (chosen.longSide < 32) throw new UsageError(`longSide must be at least 32, got ${chosen.longSide}`);
  return chosen;
}

function inputOf({ kind, path, bytes, modifiedMs }: MediaFile) {
  return { kind, path, bytes, modifiedMs };
}

function bytesOf(clips: readonly StoredClip[]): number {
  return clips.reduce((sum, clip) => sum + clipBytes(clip), 0);
}

function nothingUsable({ failed, leftOut }: IngestReport): string {
  const first = failed[0];
  if (first)
    return `none of ${failed.length} sources could be used; the first: ${first.path}: ${first.reason}`;
  return `maxBytes leaves no room for any of ${leftOut.length} sources`;
}

function summary({ clips, frames, proposals, bytes, failed, damaged, leftOut }: IngestReport): string[] {
  const lines = [
    `${clips} clips, ${frames} frames, ${proposals} proposals, ${(bytes / 2 ** 20).toFixed(0)} MiB`,
  ];
  if (failed.length > 0) lines.push(`${failed.length} skipped: ${failed.map(({ path }) => path).join(', ')}`);
  if (damaged.length > 0)
    lines.push(`${damaged.length} damaged: ${damaged.map(({ path }) => path).join(', ')}`);
  if (leftOut.length > 0) {
    lines.push(
      `${leftOut.length} left out: the store is full; raise maxBytes or lower maxFramesPerClip or longSide`,
    );
  }
  return lines;
}
