import type { TestFn } from 'ava';
import type { Network, TemplateFeatures } from '../../src/core/model/network.js';

export interface NetworkContract {
  readonly open: () => Promise<Network> | Network;
  readonly serial?: boolean;
}

/** What every Network owes the tracker; see core/model/network. */
export function networkContract(test: TestFn, name: string, { open, serial = false }: NetworkContract): void {
  const declare = serial ? test.serial : test;

  declare(`${name}: features and response have the contract's shapes and ranges`, async (t) => {
    const network = await open();
    const { template, response } = network.contract;
    const features = sized(await network.embed(crop(template.cropSize, 1)));
    t.deepEqual([...features.shape], [...template.features]);
    t.is(features.data.length, template.features[0] * template.features[1] * template.features[2]);
    t.true(features.data.every(Number.isFinite));
    const answer = await network.respond(features, crop(network.contract.search.cropSize, 2));
    t.is(answer.size, response.size);
    t.is(answer.scores.length, response.size ** 2);
    t.is(answer.distances.length, 4 * response.size ** 2);
    t.true(answer.scores.every((score) => score >= 0 && score <= 1));
    const plane = response.size ** 2;
    t.true(answer.distances.every(Number.isFinite));
    t.true(
      answer.distances
        .subarray(0, 2 * plane)
        .every((near, i) => near + answer.distances[2 * plane + i]! >= 0),
    );
    await network.dispose();
  });

  declare(`${name}: features outlive the crop and later calls`, async (t) => {
    const network = await open();
    const buffer = crop(network.contract.template.cropSize, 3);
    const features = sized(await network.embed(buffer));
    const kept = features.data.slice();
    buffer.fill(255);
    await network.embed(buffer);
    await network.respond(features, crop(network.contract.search.cropSize, 4));
    t.deepEqual(features.data, kept);
    await network.dispose();
  });

  declare(`${name}: a crop of the wrong size is refused`, async (t) => {
    const network = await open();
    await t.throwsAsync(network.embed(new Uint8Array(10)));
    const features = sized(await network.embed(crop(network.contract.template.cropSize, 5)));
    await t.throwsAsync(network.respond(features, new Uint8Array(10)));
    await network.dispose();
  });

  declare(`${name}: disposing twice is fine`, async (t) => {
    const network = await open();
    await network.dispose();
    await network.dispose();
    t.pass();
  });
}

/** With the extent that some networks ask for. */
function sized(features: TemplateFeatures): TemplateFeatures {
  return { ...features, extent: [40, 60] };
}

/** A diagonal pattern in CHW order, another for every `phase`. */
function crop(side: number, phase: number): Uint8Array {
  return Uint8Array.from({ length: 3 * side * side }, (_, i) => (i * phase + Math.floor(i / side) * 7) & 255);
}
