/**
 * `node dist/bench/int8.js [FLOAT INT8]`: time of the network and of a whole update in 8 bits beside float, and beside a network of NanoTrackV2's
 * size in float; all interleaved. By default models/nano and models/nano-int8.
 */
import { loadavg } from 'node:os';
import { join } from 'node:path';
import type { Network } from '../src/core/model/network.js';
import { createSiameseTracker } from '../src/core/tracking/siamese/siamese-tracker.js';
import { openOnnxNetwork } from '../src/runtime/inference/onnx-network.js';
import { writeRandomModel } from './random-layers.js';
import { referenceNetwork } from './reference-network.js';
import { createScene } from './scene.js';
import { median, quantile, timeLine } from './statistics.js';

const [warmUp, rounds] = [60, 600];

await main();

async function main(): Promise<void> {
  const models = join(import.meta.dirname, '..', '..', 'models');
  const [floatDir = join(models, 'nano'), int8Dir = join(models, 'nano-int8')] = process.argv.slice(2);
  const load = loadavg()[0] ?? 0;
  await using written = await writeRandomModel(referenceNetwork);
  const [float, int8, reference] = [
    await openContender(floatDir),
    await openContender(int8Dir),
    await openContender(written.dir),
  ];
  const contenders = [float, int8, reference];
  for (let round = 1; round <= warmUp + rounds; round += 1) {
    for (const contender of contenders) await contender.update(round, round > warmUp);
  }
  console.log(`${'ms'.padEnd(34)}${'median'.padStart(9)}${'p99'.padStart(9)}`);
  for (const { label, times } of contenders) {
    console.log(timeLine(`network, ${label}`, times.network));
    console.log(timeLine(`update, ${label}`, times.update));
  }
  // the fast tenth tells more than the median on a machine that does other work
  const ratio = (a: readonly number[], b: readonly number[]): string =>
    `${(median(a) / median(b)).toFixed(2)} (fastest tenth ${(quantile(a, 0.1) / quantile(b, 0.1)).toFixed(2)})`;
  console.log(
    `\nnetwork: int8 / fp32 ${ratio(int8.times.network, float.times.network)} (wanted: at most 0.60)`,
  );
  console.log(
    `whole update int8 / reference network fp32 ${ratio(int8.times.update, reference.times.network)} (wanted: at most 0.40)`,
  );
  console.log(
    `network int8 / reference network fp32 ${ratio(int8.times.network, reference.times.network)}; update fp32 / reference network fp32 ${ratio(float.times.update, reference.times.network)}`,
  );
  console.log(load > 0.5 ? `load before the start ${load.toFixed(1)}: measured under load` : 'idle machine');
  for (const contender of contenders) await contender.close();
}

interface Contender {
  readonly label: string;
  readonly times: { readonly network: number[]; readonly update: number[] };
  update(round: number, count: boolean): Promise<void>;
  close(): Promise<void>;
}

/** A model that tracks the same simulated target as the others. */
async function openContender(dir: string): Promise<Contender> {
  const network = await openOnnxNetwork(dir);
  const clock = { ms: 0 };
  const tracker = createSiameseTracker(watch(network, clock));
  const scene = createScene();
  await tracker.init(scene.frame(0), scene.firstBox);
  const times = { network: [] as number[], update: [] as number[] };
  return {
    label: `${network.contract.name} ${network.contract.precision}`,
    times,
    async update(round, count) {
      const frame = scene.frame(round);
      clock.ms = 0;
      const start = performance.now();
      await tracker.update(frame);
      if (!count) return;
      times.update.push(performance.now() - start);
      times.network.push(clock.ms);
    },
    async close() {
      await tracker.dispose();
      await network.dispose();
    },
  };
}

/** Times the search graph alone: templates are taken every few frames only. */
function watch(network: Network, clock: { ms: number }): Network {
  return {
    contract: network.contract,
    embed: (crop) => network.embed(crop),
    respond: async (template, crop) => {
      const start = performance.now();
      const response = await network.respond(template, crop);
      clock.ms += performance.now() - start;
      return response;
    },
    dispose: () => network.dispose(),
  };
}
