import { readdir, readFile } from 'node:fs/promises';
import { homedir } from 'node:os';
import { join } from 'node:path';
import type { ModelContract } from '../../core/model/contract.js';
import { type EngineRecord, modelHash, parseEngineRecord } from './engine-record.js';

export interface FoundEngine {
  /** A model folder: contract, two graphs of one EPContext node, engine.json. */
  readonly dir: string;
  readonly record: EngineRecord;
}

/** Where engines stand when nothing else is said: they belong to this machine, not to the model's folder. */
export function defaultEngineFolder(environment: Readonly<Record<string, string | undefined>>): string {
  const { TAGALONG_ENGINES: said, STATE_DIRECTORY: service, XDG_CACHE_HOME: cache } = environment;
  if (said !== undefined) return said;
  // systemd sets it for the service
  if (service !== undefined) return join(service.split(':')[0]!, 'engines');
  return join(cache ?? join(homedir(), '.cache'), 'tagalong', 'engines');
}

/** Engines that were built of exactly this model, the last built first by name. A folder that cannot be read is passed by. */
export async function findEngines(folder: string, contract: ModelContract): Promise<FoundEngine[]> {
  const prefix = `${modelHash(contract)}-`;
  const names = await readdir(folder).catch(() => []);
  const found = await Promise.all(
    names
      .filter((name) => name.startsWith(prefix))
      .map(async (name): Promise<FoundEngine[]> => {
        const dir = join(folder, name);
        const path = join(dir, 'engine.json');
        try {
          return [{ dir, record: parseEngineRecord(await readFile(path, 'utf8'), path) }];
        } catch {
          return []; // half written, or of another version: `engine build` writes it anew
        }
      }),
  );
  return found.flat().sort((a, b) => (a.dir < b.dir ? 1 : -1));
}
