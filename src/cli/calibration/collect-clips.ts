import { TrainingError } from '../../core/errors.js';
import type { ClipSamples } from '../../training/calibrate/index.js';
import { openThreadPool } from '../../training/jobs/thread-pool.js';
import type { Progress } from '../../training/progress/progress.js';
import { openFrameStore } from '../../training/store/frame-store.js';
import type { CollectorAnswer, CollectorSetup, CollectorTask } from './messages.js';

/**
 * Collects the samples of all video clips of a store over `jobs` threads; in the store's order.
 * @throws TrainingError without a video clip; what opening the model or the store throws; the signal's reason.
 */
export async function collectClips(
  setup: CollectorSetup,
  {
    jobs,
    clips: most,
    progress,
    signal,
  }: {
    readonly jobs: number;
    readonly clips: number;
    readonly progress: Progress;
    readonly signal: AbortSignal;
  },
): Promise<ClipSamples[]> {
  await using store = await openFrameStore(setup.store);
  const names = evenly(
    store.clips.filter(({ kind }) => kind === 'video').map(({ name }) => name),
    most,
  );
  if (names.length === 0) throw new TrainingError(`store "${setup.store}": holds no video clip`);
  const module = new URL('./collector-worker.js', import.meta.url);
  await using pool = openThreadPool(Math.min(jobs, names.length));
  const run = async (task: CollectorTask): Promise<CollectorAnswer> =>
    (await pool.run({ module, setup, input: task }, { signal })) as CollectorAnswer;
  await run(null); // a model that cannot be opened is told once, before the bar
  progress.start('collect', names.length);
  try {
    const waiting = [...names];
    const collected = new Map<string, CollectorAnswer>();
    const lane = async (): Promise<void> => {
      for (let clip = waiting.shift(); clip !== undefined; clip = waiting.shift()) {
        collected.set(clip, await run(clip));
        progress.advance();
      }
    };
    await Promise.all(Array.from({ length: pool.width }, lane));
    return names.map((clip) => ({ clip, samples: collected.get(clip) ?? [] }));
  } finally {
    progress.finish();
  }
}

/** At most `most` of the names, spread over all of them. */
function evenly(names: readonly string[], most: number): string[] {
  if (names.length <= most) return [...names];
  return Array.from({ length: most }, (_, index) => names[Math.floor((index * names.length) / most)]!);
}
