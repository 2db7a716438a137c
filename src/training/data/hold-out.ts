import { createHash } from 'node:crypto';
import type { StoredClip } from '../store/clip.js';

/** One source video of so many is kept out of training. */
const oneOf = 10;

/**
 * Names of the video clips that training never sees, so that retrieval can be measured on them: a tenth of the source videos,
 * those with the smallest SHA-256 of their path. A video is held out with all its clips; more footage changes little of the choice.
 * Empty below ten videos, which are too few to do without one.
 */
export function heldOutClips(clips: readonly Pick<StoredClip, 'name' | 'kind' | 'source'>[]): string[] {
  const videos = clips.filter(({ kind }) => kind === 'video');
  const sources = [...new Set(videos.map(({ source }) => source.path))];
  const digest = (path: string): string => createHash('sha256').update(path).digest('hex');
  const held = new Set(
    sources
      .map((path) => ({ path, digest: digest(path) }))
      .sort((a, b) => (a.digest < b.digest ? -1 : 1))
      .slice(0, Math.floor(sources.length / oneOf))
      .map(({ path }) => path),
  );
  return videos.filter(({ source }) => held.has(source.path)).map(({ name }) => name);
}
