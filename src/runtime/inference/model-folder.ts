import { createHash } from 'node:crypto';
import { readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { ModelError, UsageError } from '../../core/errors.js';
import { checkGraphHash, parseModelContract, type ModelContract } from '../../core/model/contract.js';

/** A model folder, read and checked: the graphs are the ones the contract speaks of. */
export interface ModelFolder {
  readonly contract: ModelContract;
  readonly templateGraph: Uint8Array;
  readonly searchGraph: Uint8Array;
}

/**
 * Reads `contract.json` and the two graphs it names.
 * @throws UsageError when there is no such folder.
 * @throws ModelError when a file is missing, the contract does not parse, or a hash differs.
 */
export async function readModelFolder(dir: string, signal?: AbortSignal): Promise<ModelFolder> {
  await requireFolder(dir);
  const path = join(dir, 'contract.json');
  const contract = parseModelContract(new TextDecoder().decode(await read(path, dir, signal)), path);
  const [templateGraph, searchGraph] = await Promise.all(
    [contract.template, contract.search].map(async ({ file, sha256 }) => {
      const bytes = await read(join(dir, file), dir, signal);
      checkGraphHash(sha256, createHash('sha256').update(bytes).digest('hex'), join(dir, file));
      return bytes;
    }),
  );
  return { contract, templateGraph: templateGraph!, searchGraph: searchGraph! };
}

async function requireFolder(dir: string): Promise<void> {
  const found = await stat(dir).catch(() => null);
  if (found?.isDirectory()) return;
  throw new UsageError(
    found === null
      ? `model folder "${dir}" does not exist; give a folder with contract.json, such as models/nano`
      : `model "${dir}" is a file; give the folder that holds contract.json`,
  );
}

async function read(path: string, dir: string, signal?: AbortSignal): Promise<Uint8Array> {
  try {
    return await readFile(path, { signal });
  } catch (cause) {
    signal?.throwIfAborted();
    const reason = (cause as NodeJS.ErrnoException).code === 'ENOENT' ? 'is missing' : 'cannot be read';
    throw new ModelError(`${path} ${reason}: "${dir}" is not a complete model folder`, { cause });
  }
}
