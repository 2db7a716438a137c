import { join } from 'node:path';
import type { ModelContract } from '../../core/model/contract.js';
import { embeddingGeometry, foldEmbedding } from '../discriminate/fold-embedding.js';
import { writeModelFolder } from '../onnx/write-model-folder.js';
import { writeFileAtomic } from '../stage/atomic.js';
import { renderCard } from './card.js';
import { embedGraph, embedSearchGraph } from './embedding-graphs.js';
import { contractDraft, type ExportOptions } from './export-model.js';

/**
 * Writes the background-discrimination model as a model folder of its own: embed.onnx, embed-search.onnx, contract.json
 * and card.md. It answers as a Siamese network does, so mining and retrieval open it as they open one.
 */
export async function exportEmbedding({
  parameters,
  spec,
  out,
  name = `${spec.name}-bd`,
  training,
  card,
}: Omit<ExportOptions, 'tracker'>): Promise<ModelContract> {
  const folded = foldEmbedding(parameters, spec);
  const { size, stride, offset } = embeddingGeometry(spec);
  const [embed, search] = [embedGraph(folded), embedSearchGraph(folded)];
  const draft = contractDraft(spec, name, training);
  const contract = await writeModelFolder(
    out,
    {
      ...draft,
      template: { ...draft.template, file: 'embed.onnx', features: [folded.projection.outputs, 1, 1] },
      search: { file: 'embed-search.onnx', cropSize: spec.searchSize },
      response: { size, stride, offset },
      cost: { parameters: embed.parameters, multiplyAdds: search.multiplyAdds },
    },
    { template: embed.toBytes(), search: search.toBytes() },
  );
  await writeFileAtomic(join(out, 'card.md'), renderCard({ ...card, contract }));
  return contract;
}
