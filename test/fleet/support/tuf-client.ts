import { copyFile, mkdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { ExecutionContext } from 'ava';
import { Updater } from 'tuf-js';
import { parseRelease, type Release } from '../../../src/fleet/release.js';
import type { Publisher } from '../../../src/fleet/repository/publisher.js';
import { temporaryFolder } from './test-fleet.js';

/** A client made with tuf-js alone; it keeps what it trusts from one call to the next. */
export interface TufClient {
  readonly metadataDir: string;
  /** Follows the workflow of the specification. @throws what tuf-js throws */
  refresh(): Promise<Updater>;
  /** The release at `path`; null when the repository does not list it. */
  release(path: string): Promise<Release | null>;
  download(path: string): Promise<Buffer>;
}

/** Trusts version 1 of the fleet's root, and nothing else yet. */
export async function tufClient(t: ExecutionContext, fleet: Publisher, url: string): Promise<TufClient> {
  const dir = await temporaryFolder(t);
  const [metadataDir, targetDir] = [join(dir, 'metadata'), join(dir, 'targets')];
  await mkdir(metadataDir);
  await mkdir(targetDir);
  await copyFile(join(fleet.layout.metadata, '1.root.json'), join(metadataDir, 'root.json'));
  const refresh = async (): Promise<Updater> => {
    const updater = new Updater({
      metadataDir,
      targetDir,
      metadataBaseUrl: `${url}/metadata`,
      targetBaseUrl: `${url}/targets`,
      config: { fetchTimeout: 60_000, fetchRetry: 0 },
    });
    await updater.refresh();
    return updater;
  };
  return {
    metadataDir,
    refresh,
    release: async (path) => {
      const info = await (await refresh()).getTargetInfo(path);
      return info ? parseRelease(path, info.custom) : null;
    },
    download: async (path) => {
      const updater = await refresh();
      const info = await updater.getTargetInfo(path);
      if (!info) throw new Error(`${path} is not listed`);
      return readFile(await updater.downloadTarget(info, join(targetDir, 'bundle')));
    },
  };
}
