import type { Track } from '../../core/tracking/track.js';
import type { SiameseOptions } from '../../core/tracking/siamese/options.js';
import { InferenceError } from '../../core/errors.js';
import type { ModelStatus } from '../../core/ports/loop-status.js';
import { describeFallback, type ExecutionProvider } from '../inference/execution-provider.js';
import type { LiveTracker } from '../live/live-tracker.js';
import { createFrameSender } from './frame-transfer.js';
import type { ModelInUse } from './protocol.js';
// not `import { type … }`: that would load onnxruntime in this thread too
import type { SiameseSettings } from './siamese-service.js';
import { openWorkerChannel, type Answer, type WorkerChannel } from './worker-channel.js';

export interface WorkerTrackerOptions {
  /** Folder with contract.json and the graphs. */
  readonly modelDir: string;
  /** Wish list, best first. */
  readonly providers?: readonly ExecutionProvider[];
  /** Intra-op threads of onnxruntime. */
  readonly threads?: number;
  /** Parameters over those of the model's contract. */
  readonly tracker?: Partial<SiameseOptions>;
  readonly signal?: AbortSignal;
}

export interface WorkerStatistics {
  /** Frames followed since opening. */
  readonly updates: number;
  /** Time of the last `update` alone, measured in the worker, without the way there and back; null before the first. */
  readonly updateMs: number | null;
}

/** A tracker in a thread of its own: the calling thread never runs inference. */
export interface WorkerTracker extends LiveTracker, AsyncDisposable {
  readonly model: ModelInUse;
  statistics(): WorkerStatistics;
}

/**
 * Opens the Siamese tracker with the model of a folder in a worker thread.
 *
 * Frames whose planes view SharedArrayBuffers go there by reference; others are copied once. When the worker dies the
 * pending call and all later ones reject with InferenceError.
 * @throws UsageError, ModelError, InferenceError as openOnnxNetwork and createSiameseTracker do; the signal's reason.
 */
export async function openWorkerTracker({
  modelDir,
  providers = ['cpu'],
  threads = 1,
  tracker = {},
  signal,
}: WorkerTrackerOptions): Promise<WorkerTracker> {
  const settings: SiameseSettings = { modelDir, providers, threads, tracker };
  return openTrackerModule(new URL('./siamese-service.js', import.meta.url), settings, signal);
}

/** Runs any TrackerModule (see tracker-service.ts) in a worker thread; `settings` must survive structured cloning. */
export async function openTrackerModule(
  module: URL,
  settings: unknown,
  signal?: AbortSignal,
): Promise<WorkerTracker> {
  return createWorkerTracker(await openWorkerChannel({ module: module.href, settings }, signal));
}

function createWorkerTracker(channel: WorkerChannel): WorkerTracker {
  const sender = createFrameSender();
  // each holds a message of its own; the pixels mostly go by reference
  const neighbourSenders = Array.from({ length: 4 }, createFrameSender);
  let statistics: WorkerStatistics = { updates: 0, updateMs: null };
  return {
    model: channel.model,
    failed: channel.failed,
    describeModel: () => modelStatus(channel.model),
    async init(frame, box) {
      return trackOf(await channel.call({ kind: 'init', frame: sender.toMessage(frame), box })).track;
    },
    async update(frame) {
      const { track, elapsedMs } = trackOf(
        await channel.call({ kind: 'update', frame: sender.toMessage(frame) }),
      );
      statistics = { updates: statistics.updates + 1, updateMs: elapsedMs };
      return track;
    },
    async growBox({ point, frame, neighbours, wider }) {
      const answer = await channel.call({
        kind: 'grow',
        ...{ point, wider, frame: sender.toMessage(frame) },
        neighbours: neighbourSenders.flatMap((own, index) => {
          const neighbour = neighbours[index];
          return neighbour ? [own.toMessage(neighbour)] : [];
        }),
      });
      if (answer.kind === 'box') return answer.box;
      throw new InferenceError('tracker worker answered without a box');
    },
    async stop() {
      await channel.call({ kind: 'stop' });
    },
    statistics: () => statistics,
    dispose: () => channel.close(),
    [Symbol.asyncDispose]: () => channel.close(),
  };
}

function trackOf(answer: Answer): { readonly track: Track; readonly elapsedMs: number } {
  if (answer.kind === 'track') return answer;
  throw new InferenceError('tracker worker answered without a track');
}

function modelStatus({ contract: { name, precision }, provider, providerReport }: ModelInUse): ModelStatus {
  const fallback = describeFallback(providerReport);
  return { name, precision, provider, ...(fallback !== null && { fallback }) };
}
