import { existsSync } from 'node:fs';
import { createSiameseTracker } from '../src/core/tracking/siamese/siamese-tracker.js';
import { openOnnxNetwork } from '../src/runtime/inference/onnx-network.js';
import { mean } from '../src/training/evaluate/metrics.js';
import { listSequences } from '../src/training/evaluate/sequence-folder.js';
import type { BenchOptions } from './options.js';
import { median } from './statistics.js';
import { cacheSequence, openCached } from './tune/cache.js';

const root = '../shared/data/sequences';
const sequences = ['otb_david', 'otb_man', 'uav_building5', 'uav_car14', 'vot_ball1'];
/** What makes the plain tracker of the default one. */
const plain = {
  classifierWeight: 0,
  boxCalibration: 0,
  memoryWeight: 0,
  distractorAbove: 1,
  egoMotion: 0,
  windowSigma: 0,
  coverRatio: 0,
};

/** What the modules around the network cost: the default tracker and the plain one in turn on every frame, while both are tracking. */
export async function main({ model }: BenchOptions): Promise<void> {
  if (!existsSync(root)) {
    console.log(`${root} is not here: nothing to track`);
    return;
  }
  const network = await openOnnxNetwork(model ?? 'models/nano');
  const [all, none]: [number[], number[]] = [[], []];
  for (const folder of await listSequences(root, { only: sequences, skip: [] })) {
    const cached = await cacheSequence(folder);
    const trackers = [createSiameseTracker(network, {}), createSiameseTracker(network, plain)] as const;
    let index = 0;
    for await (const frame of openCached(cached).frames()) {
      const turns = index % 2 === 0 ? [0, 1] : [1, 0];
      const times = [0, 0];
      let tracking = true;
      for (const turn of turns) {
        const startedAt = performance.now();
        const tracker = trackers[turn]!;
        const { state } = await (index === 0 ? tracker.init(frame, folder.truth[0]!) : tracker.update(frame));
        times[turn] = performance.now() - startedAt;
        tracking &&= state === 'tracking';
      }
      if (index > 20 && tracking) {
        all.push(times[0]!);
        none.push(times[1]!);
      }
      frame.dispose();
      index += 1;
    }
  }
  await network.dispose();
  const line = (name: string, of: (times: readonly number[]) => number): void => {
    const [on, off] = [of(all), of(none)];
    const more = (100 * (on / off - 1)).toFixed(0);
    console.log(
      `${name.padEnd(8)}${off.toFixed(3).padStart(9)}${on.toFixed(3).padStart(9)}${more.padStart(7)} %`,
    );
  };
  console.log(`${all.length} updates, ms     plain      all   more`);
  line('mean', mean);
  line('median', median);
}
