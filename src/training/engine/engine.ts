import { TrainingError, UsageError } from '../../core/errors.js';
import { openTfjsNode, openTfjsNodeGpu } from './composed/open-node.js';
import { openWebGpu } from './composed/open-webgpu.js';
import { openOneDnn } from './onednn/open.js';
import { openOrt } from './ort/open.js';
import { openWasm } from './wasm/open.js';
import type { Engine, EngineName, EngineOpener, EngineOptions, SkippedEngine } from './types.js';

export * from './types.js';

/** How each engine is opened, best first. */
const OPENERS = {
  'tfjs-node-gpu': openTfjsNodeGpu,
  webgpu: openWebGpu,
  onednn: openOneDnn,
  'tfjs-node': openTfjsNode,
  ort: openOrt,
  wasm: openWasm,
} as const satisfies Record<EngineName, EngineOpener>;

/** Engines in the order in which they are tried. */
export const ENGINE_NAMES = Object.keys(OPENERS) as readonly EngineName[];

/**
 * Opens the first engine of the wish list that can be had here.
 * @throws UsageError for an unknown name, or threads that are no positive integer.
 * @throws TrainingError when none can be had, with the reason for each.
 */
export async function openEngine({
  wish = ENGINE_NAMES,
  precision = 'auto',
  threads = 1,
}: EngineOptions = {}): Promise<Engine> {
  if (!(Number.isInteger(threads) && threads > 0)) {
    throw new UsageError(`threads must be a positive integer, not "${threads}"`);
  }
  const skipped: SkippedEngine[] = [];
  for (const name of wish) {
    const open = (OPENERS as Partial<Record<EngineName, EngineOpener>>)[name];
    if (!open) throw new UsageError(`engine "${name}" is unknown; there are ${ENGINE_NAMES.join(', ')}`);
    try {
      return { ...(await open({ precision, threads })), skipped };
    } catch (error) {
      skipped.push({ name, reason: error instanceof Error ? error.message : String(error) });
    }
  }
  const reasons = skipped.map(({ name, reason }) => `${name}: ${reason}`).join('; ');
  throw new TrainingError(`no engine of "${wish.join(', ')}" can be had (${reasons})`);
}
