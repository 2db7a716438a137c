import { createHash } from 'node:crypto';
import { join } from 'node:path';
import { modelContractSchema, type ModelContract } from '../../core/model/contract.js';
import { writeFileAtomic } from '../stage/atomic.js';

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
  await writeFileAtomic(join(dir, contract.template.file), graphs.template);
  await writeFileAtomic(join(dir, contract.search.file), graphs.search);
  await writeFileAtomic(join(dir, 'contract.json'), `${JSON.stringify(contract, null, 2)}\n`);
  return contract;
}

function sha256(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex');
}
