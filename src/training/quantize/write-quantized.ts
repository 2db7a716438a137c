import { join } from 'node:path';
import type { ModelContract } from '../../core/model/contract.js';
import { writeModelFolder } from '../onnx/write-model-folder.js';
import { writeFileAtomic, writeJsonAtomic } from '../stage/atomic.js';
import { renderQuantizedCard } from './card.js';
import type { GraphBytes } from './measure/answers.js';
import type { QuantizedModel } from './quantize-model.js';
import { type Int8Form, int8Forms } from './qdq/scheme.js';
import type { QuantizationReport } from './report.js';

/** Where the forms stand in the folder asked for: the one for the CPU is the folder itself. */
export function formFolder(out: string, form: Int8Form): string {
  return form === 'int8-cpu' ? out : join(out, 'trt');
}

/** Writes both forms as model folders. @returns their contracts. */
export async function writeForms(
  out: string,
  { forms, prepared }: QuantizedModel,
): Promise<Record<Int8Form, ModelContract>> {
  const write = (form: Int8Form): Promise<ModelContract> =>
    writeVariant(formFolder(out, form), prepared.contract, form, forms[form].graphs);
  return { 'int8-cpu': await write('int8-cpu'), 'int8-trt': await write('int8-trt') };
}

/** A model folder with other graphs than `contract` speaks of, all else alike. */
export function writeVariant(
  dir: string,
  contract: ModelContract,
  precision: ModelContract['precision'],
  graphs: GraphBytes,
): Promise<ModelContract> {
  return writeModelFolder(
    dir,
    { ...contract, name: variantName(contract.name, precision), precision },
    graphs,
  );
}

/** Writes quantization.json, and a card.md in every folder. */
export async function writeReport(
  out: string,
  report: QuantizationReport,
  facts: { readonly command: string; readonly frames: string },
): Promise<void> {
  await writeJsonAtomic(join(out, 'quantization.json'), report);
  for (const form of int8Forms) {
    const name = variantName(report.model, form);
    const card = renderQuantizedCard(report, { ...facts, name, source: report.model, form });
    await writeFileAtomic(join(formFolder(out, form), 'card.md'), card);
  }
}

function variantName(name: string, precision: ModelContract['precision']): string {
  return `${name}-${precision === 'int8-cpu' ? 'int8' : precision}`;
}
