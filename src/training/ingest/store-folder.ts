import { readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { UsageError } from '../../core/errors.js';
import { readStageManifest } from '../stage/manifest.js';
import { storeFiles } from '../store/clip.js';
import type { SourceRecord } from './source-record.js';

const folders = ['clips', 'proposals', 'sources'];

/** Ingest removes what does not belong to its store, so it works only in a folder that is empty or its own. @throws UsageError */
export async function refuseForeignFolder(out: string): Promise<void> {
  const manifest = await readStageManifest(out);
  if (manifest?.stage === 'ingest') return;
  const entries = await readdir(out).catch(() => []);
  if (entries.length > 0) throw new UsageError(`--out "${out}": not empty, and not a frame store`);
}

/** Removes frames, proposals and records of sources that are gone or were replaced, and what a killed run left half-written. */
export async function removeOrphans(out: string, records: ReadonlyMap<string, SourceRecord>): Promise<void> {
  const wanted = new Set<string>();
  for (const [name, { clips }] of records) {
    wanted.add(storeFiles.record(name));
    for (const clip of clips) wanted.add(storeFiles.frames(clip.name)).add(storeFiles.proposals(clip.name));
  }
  for (const folder of folders) {
    const names = await readdir(join(out, folder)).catch(() => []);
    for (const name of names) {
      if (!wanted.has(`${folder}/${name}`)) await rm(join(out, folder, name), { force: true });
    }
  }
}
