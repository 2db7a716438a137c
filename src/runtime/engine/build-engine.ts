import { existsSync, readFileSync } from 'node:fs';
import { mkdir, mkdtemp, readFile, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { UsageError } from '../../core/errors.js';
import type { ModelContract } from '../../core/model/contract.js';
import { readModelFolder } from '../inference/model-folder.js';
import { ProviderTrialError } from '../inference/provider-trial.js';
import { engineFolderName, type EngineRecord, modelHash, parseEngineRecord } from './engine-record.js';
import { type EnginePrecision, runTrtexec, type TrtexecFacts } from './trtexec.js';
import { writeEngine, writeRecord } from './write-engine.js';

export interface BuildEngineOptions {
  readonly model: string;
  /** Folder of all engines of this machine. */
  readonly engines: string;
  readonly trtexec: string;
  /** Null: 8 bits for a model in the form for TensorRT, else float16. */
  readonly precision?: EnginePrecision | null;
  /** Builds even where there is one. */
  readonly force?: boolean;
  readonly signal?: AbortSignal;
  /** What is being done, and the last line that trtexec wrote. */
  readonly onProgress?: (step: string, line: string) => void;
  /**
   * Opens an engine folder and compares its answers with the CPU's answers of the model that it was built of.
   * @returns false where onnxruntime has no TensorRT. @throws ProviderTrialError when they differ.
   */
  readonly check: (engineDir: string, model: string) => Promise<boolean>;
}

export interface BuiltEngine {
  readonly dir: string;
  readonly record: EngineRecord;
  /** False: it was there already. */
  readonly built: boolean;
}

/**
 * Builds the TensorRT engines of a model for the GPU at hand, wraps them and checks them. Another GPU, another version of TensorRT,
 * other weights, another precision: another folder. So what was built elsewhere is not found here, and is built anew.
 * @throws UsageError for a model in the form for the CPU, or without trtexec; InferenceError when trtexec fails; ProviderTrialError when the
 * engine computes something else: nothing is kept of it then.
 */
export async function buildEngine(options: BuildEngineOptions): Promise<BuiltEngine> {
  const { model, engines, check } = options;
  const { contract } = await readModelFolder(model, options.signal);
  const precision = precisionFor(contract, options);
  await mkdir(engines, { recursive: true });
  const work = await mkdtemp(join(engines, '.building-'));
  try {
    const template = await buildGraph(options, contract, { precision, work, kind: 'template' });
    if ('there' in template) return { ...template.there, built: false };
    const search = await buildGraph(
      { ...options, force: true }, // asked already
      contract,
      { precision, work, kind: 'search' },
    );
    if ('there' in search) return { ...search.there, built: false };
    const { facts } = search;
    const unchecked: EngineRecord = {
      format: 'tagalong-engine/1',
      model: contract.name,
      modelHash: modelHash(contract),
      ...facts,
      precision,
      checked: false,
    };
    const written = join(work, 'model');
    await writeEngine(written, {
      contract,
      record: unchecked,
      template: template.engine,
      search: search.engine,
    });
    options.onProgress?.('comparing with the CPU', '');
    const record = { ...unchecked, checked: await check(written, model) };
    await writeRecord(written, record);
    const dir = join(engines, engineFolderName(record.modelHash, precision, facts));
    await rm(dir, { recursive: true, force: true });
    await rename(written, dir);
    return { dir, record, built: true };
  } catch (error) {
    if (!(error instanceof ProviderTrialError)) throw error;
    const message = `the engine is not kept: ${error.message}; the ordinary model stays in use`;
    throw new ProviderTrialError(message, { cause: error });
  } finally {
    await rm(work, { recursive: true, force: true });
  }
}

type Graph =
  | { readonly engine: Uint8Array; readonly facts: TrtexecFacts }
  | { readonly there: Omit<BuiltEngine, 'built'> };

async function buildGraph(
  { model, engines, trtexec, force = false, signal, onProgress }: BuildEngineOptions,
  contract: ModelContract,
  {
    precision,
    work,
    kind,
  }: { readonly precision: EnginePrecision; readonly work: string; readonly kind: 'template' | 'search' },
): Promise<Graph> {
  const { file } = contract[kind];
  const saved = join(work, `${kind}.engine`);
  const told: { facts?: TrtexecFacts; there?: Omit<BuiltEngine, 'built'> } = {};
  await runTrtexec({
    trtexec,
    onnx: join(model, file),
    saveEngine: saved,
    precision,
    timingCache: join(engines, 'timing.cache'),
    signal,
    onFacts: (facts) => {
      told.facts = facts;
      const dir = join(engines, engineFolderName(modelHash(contract), precision, facts));
      const record = force ? null : recordIn(dir);
      if (record) told.there = { dir, record };
      return record === null;
    },
    onLine: (line) => onProgress?.(`building ${file} in ${precision}`, line),
  });
  if (told.there) return { there: told.there };
  return { engine: await readFile(saved), facts: told.facts! };
}

/** Null where there is none that can be read. */
function recordIn(dir: string): EngineRecord | null {
  const path = join(dir, 'engine.json');
  if (!existsSync(path)) return null;
  try {
    return parseEngineRecord(readFileSync(path, 'utf8'), path);
  } catch {
    return null; // of another version, or half written: built anew
  }
}

function precisionFor(
  { name, precision: form }: ModelContract,
  { model, precision = null }: BuildEngineOptions,
): EnginePrecision {
  if (form === 'int8-cpu') {
    throw new UsageError(
      `model "${model}" is ${name} in the form for the CPU; TensorRT takes the other one: give its folder trt`,
    );
  }
  if (precision === 'int8' && form !== 'int8-trt') {
    throw new UsageError(
      `--precision "int8": "${model}" is ${form}; quantize it first and give its folder trt`,
    );
  }
  return precision ?? (form === 'int8-trt' ? 'int8' : form === 'fp32' ? 'fp16' : form);
}
