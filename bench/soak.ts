/** 20,000 updates through the worker: resident memory must not grow. */
import { openWorkerTracker } from '../src/runtime/worker/worker-tracker.js';
import { benchModel } from './model.js';
import type { BenchOptions } from './options.js';
import { createScene } from './scene.js';
import { median, residentMegabytes } from './statistics.js';

const [updates, step] = [20_000, 2000];

export async function main({ model: dir }: BenchOptions): Promise<void> {
  await using model = await benchModel(dir);
  const scene = createScene();
  const report = (done: number, times: readonly number[]): void => {
    const time = times.length === 0 ? '' : `${median(times).toFixed(3)} ms`.padStart(12);
    console.log(
      `${String(done).padStart(8)} updates ${residentMegabytes().toFixed(1).padStart(8)} MB${time}`,
    );
  };
  report(0, []);
  await using tracker = await openWorkerTracker({ modelDir: model.dir });
  await tracker.init(scene.frame(0), scene.firstBox);
  let times: number[] = [];
  for (let done = 1; done <= updates; done += 1) {
    await tracker.update(scene.frame(done));
    times.push(tracker.statistics().updateMs ?? NaN);
    if (done % step !== 0) continue;
    report(done, times);
    times = [];
  }
}
