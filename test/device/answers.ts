/**
 * `node answers.js INSTALL`: what an installation of the package computes on this processor, as JSON: what both models answer
 * to the trial crops, and the boxes of a target followed over frames in a camera's format. A program, so that it can run on another processor.
 */
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import type * as Frames from '../../src/core/image/frame.js';
import type * as Trackers from '../../src/core/tracking/siamese/siamese-tracker.js';
import type * as Networks from '../../src/runtime/inference/onnx-network.js';
import type * as Trials from '../../src/runtime/inference/provider-trial.js';

const [, , install = ''] = process.argv;
const load = (path: string): Promise<unknown> => import(pathToFileURL(join(install, 'dist/src', path)).href);
const { packedFrame, frameBytes } = (await load('core/image/frame.js')) as typeof Frames;
const { createSiameseTracker } = (await load('core/tracking/siamese/siamese-tracker.js')) as typeof Trackers;
const { openOnnxNetwork } = (await load('runtime/inference/onnx-network.js')) as typeof Networks;
const { trialCrops } = (await load('runtime/inference/provider-trial.js')) as typeof Trials;

const result: Record<string, unknown> = { arch: process.arch };
for (const name of ['nano', 'nano-int8']) result[name] = await answersOf(name);
process.stdout.write(JSON.stringify(result));

async function answersOf(name: string) {
  const network = await openOnnxNetwork(join(install, 'models', name));
  const crops = trialCrops(network.contract);
  const features = await network.embed(crops.template);
  const { scores, distances } = await network.respond({ ...features, extent: crops.extent }, crops.search);
  const answers = { scores: [...scores], distances: [...distances] };
  const tracker = createSiameseTracker(network);
  await tracker.init(picture(0), { cx: 100, cy: 80, width: 32, height: 24 });
  const boxes = [];
  for (let step = 1; step <= 2; step += 1) {
    const { box } = await tracker.update(picture(step));
    boxes.push(box && [box.cx, box.cy, box.width, box.height]);
  }
  await network.dispose();
  return { ...answers, boxes };
}

/** A bright, striped rectangle on a mottled ground, moving two pixels a frame. */
function picture(step: number): Frames.Frame {
  const size = { width: 240, height: 160 };
  const data = new Uint8Array(frameBytes('nv12', size)).fill(128);
  for (let y = 0; y < size.height; y += 1) {
    for (let x = 0; x < size.width; x += 1) {
      const ground = 70 + 25 * (((x >> 3) * 7 + (y >> 3) * 13) % 3);
      const inside = Math.abs(x - 100 - 2 * step) < 16 && Math.abs(y - 80) < 12;
      data[y * size.width + x] = inside ? 180 + 50 * ((x >> 2) & 1) : ground;
    }
  }
  return packedFrame('nv12', size, data, { sequence: step });
}
