import type { TargetFile } from '@tufjs/models';
import { parseRelease, type Channel, type Release } from '../release.js';
import type { RepositoryState } from './metadata-folder.js';

/** A release as it lies in the repository. */
export interface PublishedRelease extends Release {
  readonly path: string;
  readonly sha256: string;
  readonly packedBytes: number;
}

/** Newest first. @throws FleetError when a target is none of ours. */
export function releasesOf({ targets }: Pick<RepositoryState, 'targets'>): PublishedRelease[] {
  return Object.values(targets.signed.targets)
    .map(publishedRelease)
    .sort((a, b) => b.release - a.release);
}

/** @throws FleetError when the target is none of ours. */
export function publishedRelease(target: TargetFile): PublishedRelease {
  return {
    ...parseRelease(target.path, target.custom),
    path: target.path,
    sha256: target.hashes['sha256'] ?? '',
    packedBytes: target.length,
  };
}

/** The releases of a model, of one channel where it is given. */
export function releasesFor(
  releases: readonly PublishedRelease[],
  { model, channel }: { readonly model: string; readonly channel?: Channel | undefined },
): PublishedRelease[] {
  return releases.filter(
    (release) => release.model === model && (channel === undefined || release.channel === channel),
  );
}
