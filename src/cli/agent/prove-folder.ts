import { readdir, readFile } from 'node:fs/promises';
import { join, relative } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { FleetError } from '../../core/errors.js';
import type { Network } from '../../core/model/network.js';
import { createSiameseTracker } from '../../core/tracking/siamese/siamese-tracker.js';
import { checkBundle } from '../../fleet/bundle/contents.js';
import { followGolden } from '../../fleet/bundle/golden-clip.js';
import { type Golden, judgeGolden } from '../../fleet/bundle/golden.js';
import type { ExecutionProvider } from '../../runtime/inference/execution-provider.js';
import { openOnnxNetwork } from '../../runtime/inference/onnx-network.js';

export interface ProofOptions {
  readonly providers: readonly ExecutionProvider[];
  readonly threads: number;
  /** Median time of an update that is too long, ms. */
  readonly updateBudgetMs: number;
  /** Clock of the updates, ms; default: the machine's. */
  readonly now?: () => number;
  /** Waits before a time that was too long is measured again; default: `secondLookMs`. */
  readonly pause?: () => Promise<void>;
}

/** A device that is busy for a moment is not busy for so long. */
const secondLookMs = 10_000;

export interface Proof {
  readonly provider: string;
  /** Share of the golden clip's frames with the expected box. */
  readonly share: number;
  readonly meanOverlap: number;
  /** Median time of an update, ms. */
  readonly updateMs: number;
  /** The time was too long at first, and was measured again after a pause. */
  readonly again: boolean;
}

/**
 * Tries a model on this device as the service will run it: files and contract, the execution provider, the boxes of the golden clip, time.
 * @throws FleetError, ModelError, InferenceError with the reason why it must not be used.
 */
export async function proveFolder(
  folder: string,
  { providers, threads, updateBudgetMs, now = () => performance.now(), pause = secondLook }: ProofOptions,
): Promise<Proof> {
  const { golden } = checkBundle(await filesOf(folder));
  const network = await openOnnxNetwork(folder, { providers, threads });
  try {
    const first = await follow(network, golden, now);
    if (first.updateMs <= updateBudgetMs) return { provider: network.provider, ...first, again: false };
    await pause();
    const second = await follow(network, golden, now);
    if (second.updateMs <= updateBudgetMs) return { provider: network.provider, ...second, again: true };
    const [before, after] = [first, second].map(({ updateMs }) => updateMs.toFixed(1));
    throw new FleetError(
      `an update takes ${before} ms on this device, and ${after} ms when measured again, more than updateBudgetMs ${updateBudgetMs}`,
    );
  } finally {
    await network.dispose();
  }
}

/** The boxes are right the first time, or they are not; only the time may have a reason of the moment. @throws FleetError for other boxes. */
async function follow(network: Network, golden: Golden, now: () => number) {
  const times: number[] = [];
  const answers = await followGolden(createSiameseTracker(network), golden, golden.expected.length, {
    now,
    onUpdate: (ms) => times.push(ms),
  });
  const { passed, share, meanOverlap } = judgeGolden(golden, answers);
  if (!passed) {
    throw new FleetError(
      `follows the golden clip otherwise here than where it was published: ${(share * 100).toFixed(0)} % of the boxes are near, ${(golden.tolerance.share * 100).toFixed(0)} % must be`,
    );
  }
  const updateMs = [...times].sort((a, b) => a - b)[times.length >> 1]!;
  return { share, meanOverlap, updateMs };
}

async function secondLook(): Promise<void> {
  await delay(secondLookMs);
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
