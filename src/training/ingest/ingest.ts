import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { TrainingError, UsageError } from '../../core/errors.js';
import { silentProgress } from '../progress/progress.js';
import { writeJsonAtomic } from '../stage/atomic.js';
import { digestOf, stageState, writeStageManifest } from '../stage/manifest.js';
import { indexFormat, storeFiles } from '../store/clip.js';
import { findMedia, type MediaFile } from './find-media.js';
import {
  defaultFrameOptions,
  type FrameOptions,
  type IngestOptions,
  type IngestReport,
} from './ingest-options.js';
import { createRun } from './run.js';
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
  const run = createRun(options, frameOptions);
  progress.start('ingest', sources.length);
  try {
    await run.takeAll(sources);
  } finally {
    progress.finish();
  }
  signal?.throwIfAborted();
  const report = run.ledger.report();
  if (report.clips === 0) throw new TrainingError(nothingUsable(report));
  await writeJsonAtomic(join(out, storeFiles.index), { format: indexFormat, clips: run.ledger.clips() });
  await removeOrphans(out, run.ledger.records);
  await writeStageManifest(out, intent, true);
  for (const line of summary(report)) progress.note(line);
  return report;
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
