import { existsSync } from 'node:fs';
import { createSiameseTracker } from '../src/core/tracking/siamese/siamese-tracker.js';
import { openOnnxNetwork } from '../src/runtime/inference/onnx-network.js';
import { mean } from '../src/training/evaluate/metrics.js';
import { listSequences } from '../src/training/evaluate/sequence-folder.js';
import { ablation } from './honesty/settings.js';
import type { BenchOptions } from './options.js';
import { median } from './statistics.js';
import { cacheSequence, openCached } from './tune/cache.js';

const root = '../shared/data/sequences';
const sequences = ['otb_david', 'otb_man', 'uav_building5', 'uav_car14', 'vot_ball1'];
/** What switches each module off. */
const modules = [
  { name: 'classifier', parameters: { classifierWeight: 0 } },
  { name: 'box calibration', parameters: { boxCalibration: 0 } },
  { name: 'template memory', parameters: { memoryWeight: 0 } },
  { name: 'distractors', parameters: { distractorAbove: 1 } },
  { name: 'camera motion', parameters: { egoMotion: 0 } },
  { name: 'adaptive window', parameters: { windowSigma: 0 } },
  { name: 'cover watch', parameters: { coverRatio: 0 } },
];
/** Frames at the beginning of a sequence that warm up. */
const warmUp = 20;

/**
 * What the modules around the network cost: all, none, each alone and each left out take turns on every frame. A row counts the frames
 * on which it and the plain tracker are tracking, and compares the two there.
 */
export async function main({ model }: BenchOptions): Promise<void> {
  if (!existsSync(root)) {
    console.log(`${root} is not here: nothing to track`);
    return;
  }
  const network = await openOnnxNetwork(model ?? 'models/nano');
  const settings = ablation(modules, {});
  const plain = settings.findIndex(({ name }) => name === 'none');
  const pairs = settings.map((): (readonly [own: number, plain: number])[] => []);
  for (const folder of await listSequences(root, { only: sequences, skip: [] })) {
    const cached = await cacheSequence(folder);
    const trackers = settings.map(({ parameters }) => createSiameseTracker(network, parameters));
    let index = 0;
    for await (const frame of openCached(cached).frames()) {
      const times: number[] = [];
      const tracking: boolean[] = [];
      for (let turn = 0; turn < trackers.length; turn += 1) {
        // nobody is always the first to touch a frame
        const which = (turn + index) % trackers.length;
        const tracker = trackers[which]!;
        const startedAt = performance.now();
        const { state } = await (index === 0 ? tracker.init(frame, folder.truth[0]!) : tracker.update(frame));
        times[which] = performance.now() - startedAt;
        tracking[which] = state === 'tracking';
      }
      frame.dispose();
      index += 1;
      if (index <= warmUp || tracking[plain] !== true) continue;
      for (const [which, own] of pairs.entries())
        if (tracking[which] === true) own.push([times[which]!, times[plain]!]);
    }
  }
  await network.dispose();
  const cell = (value: number): string => value.toFixed(2).padStart(8);
  const more = (own: number, other: number): string =>
    `${(100 * (own / other - 1)).toFixed(0)} %`.padStart(8);
  console.log(`${'ms an update'.padEnd(28)}    mean    more  median    more  updates`);
  for (const [which, { name }] of settings.entries()) {
    const own = pairs[which]!.map(([time]) => time);
    const other = pairs[which]!.map(([, time]) => time);
    const [meanMs, medianMs] = [mean(own), median(own)];
    console.log(
      `${name.padEnd(28)}${cell(meanMs)}${more(meanMs, mean(other))}${cell(medianMs)}${more(medianMs, median(other))}${String(own.length).padStart(9)}`,
    );
  }
}
