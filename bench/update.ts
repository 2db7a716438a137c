/** Time of one `update`, part by part, beside a network of NanoTrackV2's size under the same runtime. */
import type { Network, TemplateFeatures } from '../src/core/model/network.js';
import { createSiameseTracker } from '../src/core/tracking/siamese/siamese-tracker.js';
import { openOnnxNetwork } from '../src/runtime/inference/onnx-network.js';
import { benchModel } from './model.js';
import type { BenchOptions } from './options.js';
import { writeRandomModel } from './random-layers.js';
import { nanoTrackMultiplyAdds, referenceNetwork } from './reference-network.js';
import { createScene } from './scene.js';
import { median, residentMegabytes, timeLine } from './statistics.js';

const [warmUp, rounds] = [60, 600];

export async function main({ model: dir }: BenchOptions): Promise<void> {
  await using model = await benchModel(dir);
  const network = await openOnnxNetwork(model.dir);
  const clock = watchNetwork(network);
  const tracker = createSiameseTracker(clock.network);
  const reference = await openReference();
  const scene = createScene();
  await tracker.init(scene.frame(0), scene.firstBox);

  const times = { crop: [], network: [], rest: [], update: [], reference: [] } as Record<string, number[]>;
  let seen = 0;
  // A B A B: what disturbs the machine disturbs both
  for (let round = 1; round <= warmUp + rounds; round += 1) {
    const sample = await clock.measure(() => tracker.update(scene.frame(round)));
    const referenceMs = await reference.measure();
    if (round <= warmUp) continue;
    if (sample.state === 'tracking') seen += 1;
    times['crop']!.push(sample.crop);
    times['network']!.push(sample.network);
    times['rest']!.push(sample.rest);
    times['update']!.push(sample.update);
    times['reference']!.push(referenceMs);
  }

  const { name, cost, precision } = network.contract;
  console.log(`model ${name} (${precision}, ${millions(cost.multiplyAdds)} multiply-adds), 640x360 yuv420p`);
  console.log(
    `reference of NanoTrackV2's kind, ${millions(reference.multiplyAdds)} multiply-adds (its own: ${millions(nanoTrackMultiplyAdds)})`,
  );
  console.log(`${rounds} rounds, interleaved; target seen in ${seen} of them\n`);
  console.log(`${'ms'.padEnd(34)}${'median'.padStart(9)}${'p99'.padStart(9)}`);
  console.log(timeLine('crop sampling (and prediction)', times['crop']!));
  console.log(timeLine('network', times['network']!));
  console.log(timeLine('post-processing', times['rest']!));
  console.log(timeLine('update', times['update']!));
  console.log(timeLine('reference network alone', times['reference']!));
  const ratio = (part: string): string => (median(times[part]!) / median(times['reference']!)).toFixed(2);
  console.log(`\nupdate / reference network: ${ratio('update')}`);
  console.log(`network / reference network: ${ratio('network')}`);
  console.log(`resident memory: ${residentMegabytes().toFixed(0)} MB`);

  await tracker.dispose();
  await network.dispose();
  await reference.dispose();
}

interface Sample {
  readonly crop: number;
  readonly network: number;
  readonly rest: number;
  readonly update: number;
  readonly state: string;
}

/**
 * Splits an update at its calls of the network: before `respond` lies the crop, after it the decoding. A template
 * taken into the memory (every few frames) counts as network and, for its own crop, as post-processing.
 */
function watchNetwork(network: Network) {
  let asked = 0;
  let inNetwork = 0;
  const timed = async <T>(run: () => Promise<T>): Promise<T> => {
    const start = performance.now();
    const result = await run();
    inNetwork += performance.now() - start;
    return result;
  };
  const watched: Network = {
    contract: network.contract,
    embed: (crop) => timed(() => network.embed(crop)),
    respond: (template, crop) => {
      asked = performance.now();
      return timed(() => network.respond(template, crop));
    },
    dispose: () => network.dispose(),
  };
  return {
    network: watched,
    async measure(update: () => Promise<{ readonly state: string }>): Promise<Sample> {
      inNetwork = 0;
      const start = performance.now();
      const { state } = await update();
      const total = performance.now() - start;
      const crop = asked - start;
      return { crop, network: inNetwork, rest: total - crop - inNetwork, update: total, state };
    },
  };
}

async function openReference() {
  await using written = await writeRandomModel(referenceNetwork);
  const network = await openOnnxNetwork(written.dir);
  const { template, search } = network.contract;
  const pixels = (side: number): Uint8Array =>
    Uint8Array.from({ length: 3 * side * side }, (_, index) => (index * 7919) & 255);
  const extent = [template.cropSize / 2, template.cropSize / 2] as const;
  const features: TemplateFeatures = { ...(await network.embed(pixels(template.cropSize))), extent };
  const crop = pixels(search.cropSize);
  return {
    multiplyAdds: written.multiplyAdds,
    async measure(): Promise<number> {
      const start = performance.now();
      await network.respond(features, crop);
      return performance.now() - start;
    },
    dispose: () => network.dispose(),
  };
}

function millions(count: number): string {
  return `${(count / 1e6).toFixed(1)} M`;
}
