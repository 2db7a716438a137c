import { createHash } from 'node:crypto';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { ModelContract } from '../../core/model/contract.js';
import { searchSignature, templateSignature } from '../inference/graph-signature.js';
import { wrapEngine } from './ep-context.js';
import type { EngineRecord } from './engine-record.js';

export interface EngineParts {
  readonly contract: ModelContract;
  readonly record: EngineRecord;
  /** What trtexec saved for each graph. */
  readonly template: Uint8Array;
  readonly search: Uint8Array;
}

/** Writes an engine folder: a model folder as any other, whose graphs carry the engines. */
export async function writeEngine(dir: string, { contract, record, ...engines }: EngineParts): Promise<void> {
  await mkdir(dir, { recursive: true });
  const wrap = (kind: 'template' | 'search'): Uint8Array =>
    wrapEngine({
      engine: engines[kind],
      signature: kind === 'template' ? templateSignature(contract) : searchSignature(contract),
      graphName: kind,
      computeCapability: record.computeCapability,
      tensorrt: record.tensorrt,
      sourceFile: contract[kind].file,
    });
  const graphs = { template: wrap('template'), search: wrap('search') };
  const of = (kind: 'template' | 'search') => ({
    ...contract[kind],
    sha256: createHash('sha256').update(graphs[kind]).digest('hex'),
  });
  const own: ModelContract = {
    ...contract,
    template: { ...contract.template, ...of('template') },
    search: of('search'),
  };
  for (const kind of ['template', 'search'] as const)
    await writeFile(join(dir, contract[kind].file), graphs[kind]);
  await writeFile(join(dir, 'contract.json'), `${JSON.stringify(own, null, 2)}\n`);
  await writeRecord(dir, record);
}

export async function writeRecord(dir: string, record: EngineRecord): Promise<void> {
  await writeFile(join(dir, 'engine.json'), `${JSON.stringify(record, null, 2)}\n`);
}
