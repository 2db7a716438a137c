import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import test, { type ExecutionContext } from 'ava';
import { ModelError, UsageError } from '../../../src/core/errors.js';
import { packedFrame, type Frame } from '../../../src/core/image/frame.js';
import { createSiameseTracker } from '../../../src/core/tracking/siamese/siamese-tracker.js';
import { openOnnxNetwork } from '../../../src/runtime/inference/onnx-network.js';
import { openWorkerTracker } from '../../../src/runtime/worker/worker-tracker.js';
import { writeTinyModel } from '../inference/tiny-model.js';

const size = { width: 64, height: 48 };
const box = { cx: 30, cy: 24, width: 10, height: 8 };

async function tinyModel(t: ExecutionContext): Promise<string> {
  const dir = await mkdtemp(join(tmpdir(), 'tagalong-worker-'));
  t.teardown(() => rm(dir, { recursive: true }));
  await writeTinyModel(dir);
  return dir;
}

/** A bright square on a gradient, moving right. */
function scene(index: number, data: Uint8Array = new Uint8Array(64 * 48)): Frame {
  for (let y = 0; y < 48; y += 1) {
    for (let x = 0; x < 64; x += 1) data[y * 64 + x] = x + y;
  }
  for (let y = 20; y < 28; y += 1) data.fill(240, y * 64 + 25 + (index % 8), y * 64 + 35 + (index % 8));
  return packedFrame('gray8', size, data, { sequence: index, capturedAtNs: BigInt(index) });
}

test('the worker gives the same tracks as the same tracker in this thread', async (t) => {
  const modelDir = await tinyModel(t);
  const network = await openOnnxNetwork(modelDir);
  const here = createSiameseTracker(network, { windowInfluence: 0.3 });
  await using there = await openWorkerTracker({ modelDir, tracker: { windowInfluence: 0.3 } });
  t.is(there.model.contract.name, 'tiny');
  t.deepEqual(await there.init(scene(0), box), await here.init(scene(0), box));
  for (let index = 1; index < 20; index += 1) {
    t.deepEqual(await there.update(scene(index)), await here.update(scene(index)));
  }
  await here.dispose();
  await network.dispose();
});

test('what is wrong with model, providers or parameters comes through the worker as it is', async (t) => {
  const modelDir = await tinyModel(t);
  await t.throwsAsync(openWorkerTracker({ modelDir: join(modelDir, 'nowhere') }), {
    instanceOf: UsageError,
    message: /nowhere" does not exist/,
  });
  await t.throwsAsync(openWorkerTracker({ modelDir, tracker: { windowInfluence: 2 } }), {
    instanceOf: UsageError,
    message: /windowInfluence/,
  });
  await rm(join(modelDir, 'search.onnx'));
  await t.throwsAsync(openWorkerTracker({ modelDir }), {
    instanceOf: ModelError,
    message: /search.onnx is missing/,
  });
});

test('the provider really used is known on this side', async (t) => {
  await using tracker = await openWorkerTracker({ modelDir: await tinyModel(t), providers: ['cuda', 'cpu'] });
  t.is(tracker.model.provider, 'cpu');
  t.deepEqual(
    tracker.model.providerReport.map(({ provider, outcome }) => `${provider} ${outcome}`),
    ['cuda failed', 'cpu used'],
  );
});

test('memory does not grow over 2,000 updates, once warm', async (t) => {
  await using tracker = await openWorkerTracker({ modelDir: await tinyModel(t) });
  // one frame kept is 77 kB: 2,000 of them would be 150 MB
  const large = { width: 320, height: 240 };
  const shared = packedFrame('gray8', large, new Uint8Array(new SharedArrayBuffer(320 * 240)));
  const plain = packedFrame('gray8', large, new Uint8Array(320 * 240));
  await tracker.init(shared, box);
  const run = async (updates: number): Promise<number> => {
    let least = Infinity;
    for (let index = 0; index < updates; index += 1) {
      await tracker.update(index % 2 === 0 ? shared : plain);
      least = Math.min(least, process.memoryUsage.rss());
    }
    return least / 1e6;
  };
  await run(500);
  const before = await run(300);
  await run(1400);
  const after = await run(300);
  t.true(after - before < 24, `${before.toFixed(1)} MB grew to ${after.toFixed(1)} MB`);
});
