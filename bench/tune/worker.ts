/** A thread that holds the model and the decoded sequences, and scores settings on single sequences. */
import { parentPort, workerData } from 'node:worker_threads';
import { createSiameseTracker } from '../../src/core/tracking/siamese/siamese-tracker.js';
import { openOnnxNetwork } from '../../src/runtime/inference/onnx-network.js';
import { scoreAnswers } from '../../src/training/evaluate/metrics.js';
import { runSequence } from '../../src/training/evaluate/run-sequence.js';
import { type CachedSequence, openCached } from './cache.js';
import type { Setting } from './ranges.js';

export interface TuneSetup {
  readonly model: string;
  readonly sequences: readonly CachedSequence[];
}

export interface TuneRequest {
  readonly setting: Setting;
  /** Index into the setup's sequences. */
  readonly index: number;
}

export interface TuneScore {
  readonly auc: number;
  readonly precision20: number;
}

export type TuneReply = TuneScore | { readonly problem: string };

if (parentPort) {
  const port = parentPort;
  const { model, sequences } = workerData as TuneSetup;
  const network = await openOnnxNetwork(model);
  const answer = async ({ setting, index }: TuneRequest): Promise<TuneReply> => {
    const cached = sequences[index]!;
    try {
      const { answers, problem } = await runSequence(cached.sequence, {
        createTracker: () => Promise.resolve(createSiameseTracker(network, setting)),
        openSequence: () => Promise.resolve(openCached(cached)),
        pictures: false,
      });
      return problem === null ? scoreAnswers(cached.sequence.truth, answers) : { problem };
    } catch (error) {
      return { problem: String(error) };
    }
  };
  port.on('message', (request: TuneRequest) => {
    void answer(request).then((reply) => {
      port.postMessage(reply);
    });
  });
}
