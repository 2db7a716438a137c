import { createHash } from 'node:crypto';
import { mkdir, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { modelContractSchema, type ModelContract } from '../../core/model/contract.js';

/** A contract before the graphs are hashed. */
export type ContractDraft = Omit<ModelContract, 'template' | 'search'> & {
  readonly template: Omit<ModelContract['template'], 'sha256'>;
  readonly search: Omit<ModelContract['search'], 'sha256'>;
};

export interface ModelGraphs {
  readonly template: Uint8Array;
  readonly search: Uint8Array;
}

/**
 * Writes both graphs and, last, the contract with their hashes: a folder with a contract is whole.
 * @returns the contract written.
 */
export async function writeModelFolder(
  dir: string,
  draft: ContractDraft,
  graphs: ModelGraphs,
): Promise<ModelContract> {
  const contract = modelContractSchema.parse({
    ...draft,
    template: { ...draft.template, sha256: sha256(graphs.template) },
    search: { ...draft.search, sha256: sha256(graphs.search) },
  });
  await mkdir(dir, { recursive: true });
  await replaceFile(join(dir, contract.template.file), graphs.template);
  await replaceFile(join(dir, contract.search.file), graphs.search);
  await replaceFile(join(dir, 'contract.json'), `${JSON.stringify(contract, null, 2)}\n`);
  return contract;
}

/** Never leaves half a file under the final name. */
async function replaceFile(path: string, data: Uint8Array | string): Promise<void> {
  await writeFile(`${path}.part`, data);
  await rename(`${path}.part`, path);
}

function sha256(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex');
}
