import { existsSync, mkdirSync, renameSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { TrainingError } from '../../core/errors.js';
import type { Parameters } from '../network/parameters.js';
import { encodeTensorFile, readTensorFile } from '../network/tensor-file.js';
import type { AdamState } from './adamw.js';

/** All that the optimisation needs to go on as if it had never stopped. */
export interface OptimisationState {
  /** Steps done. */
  step: number;
  readonly parameters: Parameters;
  readonly average: Parameters;
  readonly adam: AdamState;
}

/** Writes beside the old one and renames: a kill leaves one or the other whole. `digest` names the options of the run. */
export function writeCheckpoint(path: string, state: OptimisationState, digest: string): void {
  const tensors: Parameters = new Map();
  for (const [name, value] of state.parameters) tensors.set(`parameters/${name}`, value);
  for (const [name, value] of state.average) tensors.set(`average/${name}`, value);
  for (const [name, data] of state.adam.first) tensors.set(`first/${name}`, { shape: [data.length], data });
  for (const [name, data] of state.adam.second) tensors.set(`second/${name}`, { shape: [data.length], data });
  const metadata = { step: String(state.step), adamStep: String(state.adam.step), digest };
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(`${path}.part`, encodeTensorFile({ tensors, metadata }), { flush: true });
  renameSync(`${path}.part`, path);
}

/** @returns null when there is none. @throws TrainingError when it belongs to a run with other options. */
export function readCheckpoint(path: string, digest: string): OptimisationState | null {
  if (!existsSync(path)) return null;
  const { tensors, metadata } = readTensorFile(path);
  if (metadata['digest'] !== digest) {
    throw new TrainingError(
      `${path}: checkpoint of a run with other options; use another --out or remove it`,
    );
  }
  const part = (prefix: string): Parameters =>
    new Map(
      [...tensors]
        .filter(([name]) => name.startsWith(prefix))
        .map(([name, value]) => [name.slice(prefix.length), value]),
    );
  const moments = (prefix: string): Map<string, Float32Array> =>
    new Map([...part(prefix)].map(([name, { data }]) => [name, data]));
  return {
    step: Number(metadata['step']),
    parameters: part('parameters/'),
    average: part('average/'),
    adam: { step: Number(metadata['adamStep']), first: moments('first/'), second: moments('second/') },
  };
}
