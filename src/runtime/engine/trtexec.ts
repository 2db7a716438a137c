import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { InferenceError, UsageError } from '../../core/errors.js';

/** What an engine is computed in: float16, or 8 bits where the graph says so and float16 elsewhere. */
export const enginePrecisions = ['fp32', 'fp16', 'int8'] as const;
export type EnginePrecision = (typeof enginePrecisions)[number];

/** What trtexec says of itself and the machine before it begins to build. */
export interface TrtexecFacts {
  /** Such as `Orin`. */
  readonly gpu: string;
  /** Such as `8.7`. */
  readonly computeCapability: string;
  /** Such as `10.3.0`. */
  readonly tensorrt: string;
}

export interface TrtexecRun {
  readonly trtexec: string;
  readonly onnx: string;
  readonly saveEngine: string;
  readonly precision: EnginePrecision;
  /** Times of kernels that were measured before: a second build takes seconds. Written by trtexec. */
  readonly timingCache: string;
  readonly signal?: AbortSignal | undefined;
  /** Told as soon as they are known; false ends trtexec before it builds. */
  readonly onFacts: (facts: TrtexecFacts) => boolean;
  /** Every line, without its time stamp. */
  readonly onLine?: (line: string) => void;
}

/** @see trtexec --help, of TensorRT 8.6 (JetPack 6.0) and 10.3 (JetPack 6.1) */
export function trtexecArguments({
  onnx,
  saveEngine,
  precision,
  timingCache,
}: Pick<TrtexecRun, 'onnx' | 'saveEngine' | 'precision' | 'timingCache'>): string[] {
  return [
    `--onnx=${onnx}`,
    `--saveEngine=${saveEngine}`,
    '--skipInference',
    `--timingCacheFile=${timingCache}`,
    ...(precision === 'fp32' ? [] : ['--fp16']),
    ...(precision === 'int8' ? ['--int8'] : []),
  ];
}

/**
 * Builds one engine.
 * @returns false when `onFacts` did not want it.
 * @throws UsageError when there is no trtexec; InferenceError with its last error when it fails; the signal's reason.
 */
export async function runTrtexec(run: TrtexecRun): Promise<boolean> {
  const { trtexec, signal, onFacts, onLine } = run;
  signal?.throwIfAborted();
  const child = spawn(trtexec, trtexecArguments(run), { stdio: ['ignore', 'pipe', 'pipe'], signal });
  const ended = once(child, 'close') as Promise<[number | null]>;
  const failed = ended.catch((cause: unknown) => {
    signal?.throwIfAborted();
    throw new UsageError(
      `trtexec "${trtexec}" cannot be started: it comes with TensorRT (JetPack: /usr/src/tensorrt/bin/trtexec); name it with --trtexec`,
      { cause },
    );
  });
  const errors: string[] = [];
  const facts: Partial<Record<keyof TrtexecFacts, string>> = {};
  const verdict = { told: false, unwanted: false };
  const read = (line: string): void => {
    const plain = line.replace(/^(\[[^\]]*\] )+/, '').trim();
    onLine?.(plain);
    if (line.includes('[E]')) errors.push(plain);
    readFact(plain, facts);
    const { gpu, computeCapability, tensorrt } = facts;
    if (verdict.told || gpu === undefined || computeCapability === undefined || tensorrt === undefined)
      return;
    verdict.told = true;
    verdict.unwanted = !onFacts({ gpu, computeCapability, tensorrt });
    if (verdict.unwanted) child.kill();
  };
  for (const stream of [child.stdout, child.stderr]) createInterface(stream).on('line', read);
  const [code] = await failed;
  if (verdict.unwanted) return false;
  if (code === 0 && verdict.told) return true;
  if (code === 0)
    throw new InferenceError(`trtexec "${trtexec}" named neither GPU nor version: is it TensorRT's?`);
  throw new InferenceError(`trtexec failed (${code ?? 'killed'}): ${errors.at(-1) ?? 'it does not say why'}`);
}

function readFact(line: string, facts: Partial<Record<keyof TrtexecFacts, string>>): void {
  const found = /^(Selected Device|Compute Capability|TensorRT version): (.+)$/.exec(line);
  if (!found) return;
  const [, name, value] = found;
  if (name === 'Selected Device') facts.gpu = value!;
  else if (name === 'Compute Capability') facts.computeCapability = value!;
  else facts.tensorrt = value!;
}
