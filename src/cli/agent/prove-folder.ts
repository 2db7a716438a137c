import { readdir, readFile } from 'node:fs/promises';
import { join, relative } from 'node:path';
import { FleetError } from '../../core/errors.js';
import { createSiameseTracker } from '../../core/tracking/siamese/siamese-tracker.js';
import { checkBundle } from '../../fleet/bundle/contents.js';
import { followGolden } from '../../fleet/bundle/golden-clip.js';
import { judgeGolden } from '../../fleet/bundle/golden.js';
import type { ExecutionProvider } from '../../runtime/inference/execution-provider.js';
import { openOnnxNetwork } from '../../runtime/inference/onnx-network.js';

export interface ProofOptions {
  readonly providers: readonly ExecutionProvider[];
  readonly threads: number;
  /** Mean time of an update that is too long. */
  readonly updateBudgetMs: number;
}

export interface Proof {
  readonly provider: string;
  /** Share of the golden clip's frames with the expected box. */
  readonly share: number;
  readonly meanOverlap: number;
  /** Median time of an update. */
  readonly updateMs: number;
}

/**
 * Tries a model on this device as the service will run it: files and contract, the execution provider, the boxes of the golden clip, time.
 * @throws FleetError, ModelError, InferenceError with the reason why it must not be used.
 */
export async function proveFolder(
  folder: string,
  { providers, threads, updateBudgetMs }: ProofOptions,
): Promise<Proof> {
  const { golden } = checkBundle(await filesOf(folder));
  const network = await openOnnxNetwork(folder, { providers, threads });
  try {
    const times: number[] = [];
    const answers = await followGolden(createSiameseTracker(network), golden, golden.expected.length, {
      now: () => performance.now(),
      onUpdate: (ms) => times.push(ms),
    });
    const { passed, share, meanOverlap } = judgeGolden(golden, answers);
    if (!passed) {
      throw new FleetError(
        `follows the golden clip otherwise here than where it was published: ${(share * 100).toFixed(0)} % of the boxes are near, ${(golden.tolerance.share * 100).toFixed(0)} % must be`,
      );
    }
    const updateMs = [...times].sort((a, b) => a - b)[times.length >> 1]!;
    if (updateMs > updateBudgetMs) {
      throw new FleetError(
        `an update takes ${updateMs.toFixed(1)} ms on this device, more than updateBudgetMs ${updateBudgetMs}`,
      );
    }
    return { provider: network.provider, share, meanOverlap, updateMs };
  } finally {
    await network.dispose();
  }
}

async function filesOf(folder: string): Promise<Map<string, Uint8Array>> {
  const files = new Map<string, Uint8Array>();
  for (const entry of await readdir(folder, { recursive: true, withFileTypes: true })) {
    const path = join(entry.parentPath, entry.name);
    const name = relative(folder, path);
    if (entry.isFile() && name !== 'slot.json') files.set(name, await readFile(path));
  }
  return files;
}
