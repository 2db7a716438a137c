import { join } from 'node:path';
import type { ModelContract } from '../../core/model/contract.js';
import { foldNetwork } from '../network/fold.js';
import type { Parameters } from '../network/parameters.js';
import { networkCost, networkGeometry, type NetworkSpec } from '../network/spec.js';
import { type ContractDraft, writeModelFolder } from '../onnx/write-model-folder.js';
import { writeFileAtomic } from '../stage/atomic.js';
import { type ModelCard, renderCard } from './card.js';
import { searchGraph, templateGraph } from './siamese-graphs.js';

export interface ExportOptions {
  readonly parameters: Parameters;
  readonly spec: NetworkSpec;
  readonly out: string;
  /** Name of the model; the spec's when absent. */
  readonly name?: string;
  readonly training: ModelContract['training'];
  readonly tracker?: Readonly<Record<string, number>>;
  readonly card: Omit<ModelCard, 'contract'>;
}

/** Writes template.onnx, search.onnx, contract.json and card.md; the contract last but one, so a folder with a contract is whole. */
export async function exportModel({
  parameters,
  spec,
  out,
  name = spec.name,
  training,
  tracker,
  card,
}: ExportOptions): Promise<ModelContract> {
  const folded = foldNetwork(parameters, spec);
  const contract = await writeModelFolder(out, contractDraft(spec, name, training, tracker), {
    template: templateGraph(folded),
    search: searchGraph(folded),
  });
  await writeFileAtomic(join(out, 'card.md'), renderCard({ ...card, contract }));
  return contract;
}

export function contractDraft(
  spec: NetworkSpec,
  name: string,
  training: ModelContract['training'],
  tracker?: Readonly<Record<string, number>>,
): ContractDraft {
  const { templateCells, searchCells, channels, stride, offset } = networkGeometry(spec);
  return {
    format: 'tagalong-model/1',
    name,
    template: {
      file: 'template.onnx',
      cropSize: spec.templateSize,
      features: [channels, templateCells, templateCells],
    },
    search: { file: 'search.onnx', cropSize: spec.searchSize, cells: channels, extent: true },
    response: { size: searchCells, stride, offset },
    context: spec.context,
    normalisation: { mean: [...spec.normalisation.mean], deviation: [...spec.normalisation.deviation] },
    precision: 'fp32',
    cost: networkCost(spec),
    ...(tracker ? { tracker: { ...tracker } } : {}),
    training,
  };
}
