import { readdir, stat } from 'node:fs/promises';
import { createHash } from 'node:crypto';
import { extname, join, relative, sep } from 'node:path';
import { UsageError } from '../../core/errors.js';
import type { SourceFile } from '../store/clip.js';

/** What ffmpeg's demuxers and Debian's libvips read, by the endings people give them. */
const videoEndings =
  '264 265 3g2 3gp amv asf av1 avi dav divx dv f4v flv gif h264 h265 hevc insv ivf lrv m1v m2ts m2v m4v mjpeg mjpg mkv mov mp4 mpe mpeg mpg mts mxf nut obu ogv rm rmvb ts vob webm wmv wtv y4m';
const imageEndings = 'avif jpe jpeg jpg png tif tiff webp';

export interface MediaFile extends SourceFile {
  readonly kind: 'video' | 'image';
  /** Where it is now. */
  readonly location: string;
  /** Unique among those found; letters, digits, dot, dash and underscore. */
  readonly name: string;
}

/**
 * All videos or images below a folder (or the one file given), in an order that depends on their paths alone but follows no
 * alphabet: a store that fills up holds a fair sample. @throws UsageError when the folder cannot be read.
 */
export async function findMedia(root: string, kind: MediaFile['kind']): Promise<MediaFile[]> {
  const endings = new Set((kind === 'video' ? videoEndings : imageEndings).split(' '));
  const paths = (await listFiles(root, kind)).filter((path) => endings.has(endingOf(path)));
  const names = uniqueNames(
    kind,
    paths.map((path) => relative(root, path) || basenameOf(path)),
  );
  const files = await Promise.all(
    paths.map(async (location, index): Promise<MediaFile> => {
      const { size, mtimeMs } = await stat(location);
      const path = (relative(root, location) || basenameOf(location)).split(sep).join('/');
      return { kind, location, path, name: names[index]!, bytes: size, modifiedMs: Math.round(mtimeMs) };
    }),
  );
  const order = (file: MediaFile): string => createHash('sha256').update(file.path).digest('hex');
  return files
    .map((file) => ({ file, key: order(file) }))
    .sort(byKey)
    .map(({ file }) => file);
}

async function listFiles(root: string, kind: string): Promise<string[]> {
  try {
    if ((await stat(root)).isFile()) return [root];
    const entries = await readdir(root, { recursive: true, withFileTypes: true });
    const files: string[] = [];
    for (const entry of entries) {
      const path = join(entry.parentPath, entry.name);
      const isFile = entry.isFile() || (entry.isSymbolicLink() && (await isFileAt(path)));
      if (isFile && !entry.name.startsWith('.')) files.push(path);
    }
    return files.sort();
  } catch (cause) {
    throw new UsageError(`--${kind}s "${root}": cannot be read`, { cause });
  }
}

async function isFileAt(path: string): Promise<boolean> {
  try {
    return (await stat(path)).isFile();
  } catch {
    return false; // a link to nowhere
  }
}

/** Path without ending, other characters as underscores; those that then look alike get numbers. */
function uniqueNames(kind: string, paths: readonly string[]): string[] {
  const taken = new Set<string>();
  return paths.map((path) => {
    const stem = path.slice(0, path.length - extname(path).length).replace(/[^\w.-]+/g, '_');
    let name = `${kind}-${stem}`;
    for (let number = 2; taken.has(name); number++) name = `${kind}-${stem}-${number}`;
    taken.add(name);
    return name;
  });
}

function endingOf(path: string): string {
  return extname(path).slice(1).toLowerCase();
}

function basenameOf(path: string): string {
  return path.slice(path.lastIndexOf(sep) + 1);
}

function byKey(a: { key: string }, b: { key: string }): number {
  return a.key < b.key ? -1 : 1;
}
