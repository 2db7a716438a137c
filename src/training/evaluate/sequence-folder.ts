import { readdir, readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { UsageError } from '../../core/errors.js';
import { type BoxSequence, parseGroundTruth } from './ground-truth.js';

/** A folder with `groundtruth.txt` and `video.*` or `frames/` beside it. */
export interface SequenceFolder {
  readonly name: string;
  /** What the frames are read from: the video file, or the folder of images. */
  readonly input: string;
  readonly truth: BoxSequence;
}

export interface SequenceChoice {
  /** Only these names. */
  readonly only?: readonly string[] | undefined;
  /** Not these. */
  readonly skip?: readonly string[] | undefined;
}

const truthFile = 'groundtruth.txt';
const videoFile = /^video\.\w+$/;
const framesFolder = 'frames';

/**
 * The sequences in `root`, by name; folders without a groundtruth.txt are none. All ground truth is read and checked
 * here, before hours of tracking.
 * @throws UsageError when the folder is missing or holds no sequence, a chosen name is not there, a sequence has no
 * frames to read, or a line of ground truth is malformed.
 */
export async function listSequences(
  root: string,
  { only = [], skip = [] }: SequenceChoice = {},
): Promise<SequenceFolder[]> {
  const folders = await entriesOf(root);
  const withTruth = await Promise.all(folders.map((name) => exists(join(root, name, truthFile))));
  const names = folders.filter((_, index) => withTruth[index]).sort();
  if (names.length === 0) {
    throw new UsageError(`sequences "${root}": no folder inside holds a ${truthFile}`);
  }
  for (const [option, chosen] of Object.entries({ only, skip })) {
    const unknown = chosen.find((name) => !names.includes(name));
    if (unknown !== undefined) throw new UsageError(`${option} "${unknown}": no such sequence in "${root}"`);
  }
  const kept = names.filter((name) => (only.length === 0 || only.includes(name)) && !skip.includes(name));
  if (kept.length === 0) throw new UsageError(`sequences "${root}": only and skip leave none over`);
  return Promise.all(kept.map((name) => readSequence(root, name)));
}

/** Reads one sequence folder. @throws UsageError as {@link listSequences} does. */
export async function readSequence(root: string, name: string): Promise<SequenceFolder> {
  const folder = join(root, name);
  const origin = join(name, truthFile);
  const entries = await entriesOf(folder);
  const input =
    entries.find((entry) => entry === 'video.mp4') ??
    entries.find((entry) => videoFile.test(entry)) ??
    entries.find((entry) => entry === framesFolder);
  if (input === undefined)
    throw new UsageError(`sequence "${folder}": neither video.mp4 nor ${framesFolder}/ beside ${truthFile}`);
  const text = await readFile(join(folder, truthFile), 'utf8');
  return { name, input: join(folder, input), truth: parseGroundTruth(text, origin) };
}

async function entriesOf(folder: string): Promise<string[]> {
  try {
    return await readdir(folder);
  } catch (cause) {
    const reason = (cause as NodeJS.ErrnoException).code === 'ENOENT' ? 'no such folder' : 'cannot be read';
    throw new UsageError(`sequences "${folder}": ${reason}`, { cause });
  }
}

async function exists(path: string): Promise<boolean> {
  return stat(path).then(
    () => true,
    () => false,
  );
}
