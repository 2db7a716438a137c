import { access } from 'node:fs/promises';
import test from 'ava';
import { writeRandomModel } from '../../bench/random-layers.js';
import { nanoTrackMultiplyAdds, referenceNetwork } from '../../bench/reference-network.js';
import { quantile } from '../../bench/statistics.js';
import { openOnnxNetwork } from '../../src/runtime/inference/onnx-network.js';

test('the reference network has the size it stands for and runs as any model does', async (t) => {
  const written = await writeRandomModel(referenceNetwork);
  t.true(Math.abs(written.multiplyAdds / nanoTrackMultiplyAdds - 1) < 0.02, String(written.multiplyAdds));
  const network = await openOnnxNetwork(written.dir);
  const template = await network.embed(new Uint8Array(3 * 127 * 127).fill(90));
  t.deepEqual(template.shape, [48, 8, 8]);
  const { size, scores, distances } = await network.respond(
    template,
    new Uint8Array(3 * 255 * 255).fill(200),
  );
  t.is(size, 16);
  t.true(scores.every((score) => score >= 0 && score <= 1));
  t.true(distances.every((distance) => Number.isFinite(distance) && distance > 0));
  await network.dispose();
  await written[Symbol.asyncDispose]();
  await t.throwsAsync(access(written.dir));
});

test('quantiles are values that were measured', (t) => {
  const numbers = Array.from({ length: 100 }, (_, index) => 100 - index);
  t.is(quantile(numbers, 0.5), 51);
  t.is(quantile(numbers, 0.99), 100);
  t.is(quantile([3], 0.99), 3);
  t.is(quantile([], 0.5), NaN);
});
