import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { FleetError } from '../../core/errors.js';
import { writeArchive } from '../archive/write-archive.js';
import { consistentPath, fleetLayout } from '../repository/layout.js';
import type { MetadataFolder } from '../repository/metadata-folder.js';
import { releasesFor, releasesOf, type PublishedRelease } from '../repository/releases.js';

export interface RepositoryArchive {
  readonly archive: Buffer;
  /** What is in it, newest first: a device takes the first that concerns it. */
  readonly releases: readonly PublishedRelease[];
}

/**
 * What is pushed: all roots, the metadata in force, and the bundles of one model: from the newest down to the first that
 * concerns every device.
 * @throws FleetError when nothing of the model is published.
 */
export async function repositoryArchive(
  dir: string,
  folder: MetadataFolder,
  model: string,
): Promise<RepositoryArchive> {
  const { metadata, targets } = fleetLayout(dir);
  const state = await folder.readState();
  const releases = wanted(releasesFor(releasesOf(state), { model }));
  if (releases.length === 0) {
    throw new FleetError(`push "${model}": nothing of it is published in ${dir}; see tagalong fleet publish`);
  }
  const roots = await folder.rootVersions();
  const names = [
    ...roots.map((version) => `${version}.root.json`),
    'timestamp.json',
    `${state.snapshot.signed.version}.snapshot.json`,
    `${state.targets.signed.version}.targets.json`,
  ];
  const files: [string, Buffer][] = [];
  for (const name of names) files.push([`metadata/${name}`, await readFile(join(metadata, name))]);
  for (const { path, sha256 } of releases) {
    const place = consistentPath(path, sha256);
    files.push([`targets/${place}`, await readFile(join(targets, place))]);
  }
  return { archive: writeArchive(files), releases };
}

function wanted(releases: readonly PublishedRelease[]): PublishedRelease[] {
  const last = releases.findIndex(
    ({ channel, percent, devices, deviceTypes, architectures }) =>
      channel === 'stable' && percent === 100 && !devices && !deviceTypes && !architectures,
  );
  return releases.slice(0, last === -1 ? releases.length : last + 1);
}
