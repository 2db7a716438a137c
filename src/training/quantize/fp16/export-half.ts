import { join } from 'node:path';
import type { ModelContract } from '../../../core/model/contract.js';
import type { OrtRuntime } from '../../engine/ort/binding.js';
import { writeFileAtomic } from '../../stage/atomic.js';
import { foldBatchNorm } from '../graph/fold-batch-norm.js';
import { readGraph, writeGraph } from '../graph/model-graph.js';
import { type Agreement, agreementOf } from '../measure/agreement.js';
import { type GraphBytes, modelAnswers } from '../measure/answers.js';
import { perGraph } from '../prepare.js';
import type { SampleCrops } from '../samples/sample.js';
import { formatComparison } from '../table.js';
import { writeVariant } from '../write-quantized.js';
import { insertHalf } from './insert-half.js';

export interface HalfModel {
  readonly contract: ModelContract;
  readonly graphs: GraphBytes;
  /** Convolutions left in float32, as `graph/name`. */
  readonly left: readonly string[];
  /** Beside the float model; null without crops. */
  readonly agreement: Agreement | null;
}

export interface HalfOptions {
  readonly runtime: OrtRuntime;
  readonly contract: ModelContract;
  readonly graphs: GraphBytes;
  readonly out: string;
  /** Crops to judge it by. */
  readonly check?: readonly SampleCrops[];
  readonly command: string;
}

/**
 * Writes a model with its convolutions in float16: for accelerators that compute in it. The CPU runs it too, in float32 between casts, no faster.
 * @throws ModelError for graphs that cannot be read, or answers that are not finite in 16 bits.
 */
export async function exportHalf({
  runtime,
  contract,
  graphs,
  out,
  check = [],
  command,
}: HalfOptions): Promise<HalfModel> {
  const made = perGraph((kind) =>
    insertHalf(foldBatchNorm(readGraph(graphs[kind], contract[kind].file)).graph),
  );
  const halves = perGraph((kind) => writeGraph(made[kind].graph));
  const agreement =
    check.length > 0
      ? agreementOf(
          modelAnswers(runtime, graphs, check, contract),
          modelAnswers(runtime, halves, check, contract),
          contract,
        )
      : null;
  const left = (['template', 'search'] as const).flatMap((kind) =>
    made[kind].left.map((name) => `${kind}/${name}`),
  );
  const written = await writeVariant(out, contract, 'fp16', halves);
  const column = (name: string, bytes: GraphBytes, agreed: Agreement | null) => ({
    name,
    agreement: agreed,
    fused: null,
    bytes: bytes.template.length + bytes.search.length,
    ms: { template: null, search: null },
    scores: null,
  });
  const table = formatComparison({
    columns: [column('fp32', graphs, null), column('fp16', halves, agreement)],
  });
  await writeFileAtomic(
    join(out, 'card.md'),
    `# ${written.name}\n\n\`${contract.name}\` with its convolutions in float16, all else in float32. Made by\n\n\`\`\`\n${command}\n\`\`\`\n\n\`\`\`\n${table}\n\`\`\`\n\n- left in float32: ${left.join(', ') || 'none'}\n`,
  );
  return { contract: written, graphs: halves, left, agreement };
}
