import { createHash } from 'node:crypto';
import { z } from 'zod';
import { ModelError } from '../../core/errors.js';
import type { ModelContract } from '../../core/model/contract.js';
import { type EnginePrecision, enginePrecisions, type TrtexecFacts } from './trtexec.js';

/** engine.json: what an engine folder was built of, with what, for what. */
export const engineRecordSchema = z.strictObject({
  format: z.literal('tagalong-engine/1'),
  model: z.string(),
  /** Of the contract's hashes of both graphs. */
  modelHash: z.string(),
  gpu: z.string(),
  computeCapability: z.string(),
  tensorrt: z.string(),
  precision: z.enum(enginePrecisions),
  /** Whether its answers were compared with the CPU's; false where onnxruntime has no TensorRT. */
  checked: z.boolean(),
});
export type EngineRecord = z.infer<typeof engineRecordSchema>;

/** Stands for the weights of a model: changes when either graph does. */
export function modelHash({ template, search }: Pick<ModelContract, 'template' | 'search'>): string {
  return createHash('sha256').update(template.sha256).update(search.sha256).digest('hex').slice(0, 16);
}

/** An engine works on the GPU, and with the version of TensorRT, that it was built with: both are in the name of its folder. */
export function engineFolderName(hash: string, precision: EnginePrecision, facts: TrtexecFacts): string {
  const { gpu, computeCapability, tensorrt } = facts;
  const plain = (text: string): string => text.replaceAll(/[^\w.]+/g, '-');
  return `${hash}-${precision}-${plain(gpu)}-sm${plain(computeCapability)}-trt${plain(tensorrt)}`;
}

/** @throws ModelError naming the file and the key. */
export function parseEngineRecord(text: string, origin: string): EngineRecord {
  try {
    return engineRecordSchema.parse(JSON.parse(text));
  } catch (cause) {
    throw new ModelError(`${origin}: not what "tagalong engine build" writes`, { cause });
  }
}
