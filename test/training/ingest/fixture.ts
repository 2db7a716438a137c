import { mkdir, readdir, readFile, utimes, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import sharp from 'sharp';
import { SourceError } from '../../../src/core/errors.js';
import type { FrameSource } from '../../../src/core/ports/frame-source.js';
import { MemorySource } from '../../../src/core/ports/memory/memory-source.js';
import { sceneFrame } from './rendered.js';

/**
 * Stands in for videos: a text file `frames seed [fault]`, played as that many frames of a rendered scene. Anything else is a
 * corrupt video.
 */
export async function openScene(path: string): Promise<FrameSource> {
  const text = await readFile(path, 'utf8');
  const [frames, seed, fault] = text.split(' ');
  const count = Number(frames);
  if (!Number.isInteger(count) || count < 1) throw new SourceError(`${path}: moov atom not found`);
  const options = { fps: 25, ...(fault !== undefined && { fault: new SourceError(fault) }) };
  return new MemorySource(
    Array.from({ length: count }, (_, index) => sceneFrame(index, Number(seed))),
    options,
  );
}

/** Writes files of the given texts below `dir`, with times that do not depend on the clock. */
export async function writeVideos(dir: string, videos: Readonly<Record<string, string>>): Promise<void> {
  await mkdir(dir, { recursive: true });
  for (const [name, text] of Object.entries(videos)) {
    await writeFile(join(dir, name), text);
    await utimes(join(dir, name), 1_700_000_000, 1_700_000_000);
  }
}

export async function writeImage(path: string, seed: number): Promise<void> {
  const frame = sceneFrame(0, seed);
  const { width, height } = frame;
  await sharp(frame.planes[0]!.data, { raw: { width, height, channels: 1 } })
    .png()
    .toFile(path);
}

/** Every file below a folder: path and content. */
export async function snapshot(dir: string): Promise<Map<string, string>> {
  const entries = await readdir(dir, { recursive: true, withFileTypes: true });
  const paths = entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
  const files = new Map<string, string>();
  for (const path of paths.sort())
    files.set(path.slice(dir.length + 1), (await readFile(path)).toString('base64'));
  return files;
}
