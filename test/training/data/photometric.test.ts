import test from 'ava';
import { createRandom } from '../../../src/core/random.js';
import { selfPairAugmentation } from '../../../src/training/data/augmentation.js';
import { changeLight, type PhotometricOptions } from '../../../src/training/data/photometric.js';

const none: PhotometricOptions = {
  brightness: 0,
  contrast: 0,
  gamma: 0,
  tint: 0,
  greyProbability: 0,
  saturation: 0,
  blurProbability: 0,
  noiseProbability: 0,
  noise: 0,
};
const size = 32;

/** Every level of every channel, in an order that no blur leaves alone. */
function colourful(): Uint8Array {
  const random = createRandom(9);
  return Uint8Array.from({ length: size * size * 3 }, () => random.below(256));
}

function changed(options: Partial<PhotometricOptions>, seed = 1, crop = colourful()): Uint8Array {
  changeLight(crop, size, { ...none, ...options }, createRandom(seed));
  return crop;
}

test('with all strengths 0 the crop stays as it is, bit for bit', (t) => {
  for (let seed = 0; seed < 5; seed += 1) t.deepEqual(changed({}, seed), colourful());
});

for (const name of ['brightness', 'contrast', 'gamma', 'tint', 'saturation'] as const) {
  test(`${name} alone changes the crop, otherwise for another seed`, (t) => {
    t.notDeepEqual(changed({ [name]: 0.3 }), colourful());
    t.notDeepEqual(changed({ [name]: 0.3 }, 1), changed({ [name]: 0.3 }, 2));
    t.deepEqual(changed({ [name]: 0.3 }, 1), changed({ [name]: 0.3 }, 1));
  });
}

test('curves keep the order of levels: lighter stays lighter, black to white', (t) => {
  const ramp = Uint8Array.from({ length: size * size * 3 }, (_, i) => Math.floor(i / 3) % 256);
  for (let seed = 0; seed < 20; seed += 1) {
    const crop = changed({ brightness: 0.5, contrast: 0.5, gamma: 0.5, tint: 0.2 }, seed, ramp.slice());
    for (let level = 1; level < 256; level += 1) {
      for (const channel of [0, 1, 2])
        t.true(crop[level * 3 + channel]! >= crop[(level - 1) * 3 + channel]!, `seed ${seed}`);
    }
  }
});

test('a grey crop has three equal channels', (t) => {
  const crop = changed({ greyProbability: 1 });
  for (let i = 0; i < crop.length; i += 3) t.true(crop[i] === crop[i + 1] && crop[i] === crop[i + 2]);
});

test('blur smooths along its direction and keeps the mean', (t) => {
  const roughness = (crop: Uint8Array): number => {
    let sum = 0;
    for (let i = 3; i < crop.length; i += 1) sum += Math.abs(crop[i]! - crop[i - 3]!);
    return sum;
  };
  const mean = (crop: Uint8Array): number => crop.reduce((sum, level) => sum + level, 0) / crop.length;
  const before = colourful();
  let smoother = 0;
  for (let seed = 0; seed < 12; seed += 1) {
    const crop = changed({ blurProbability: 1 }, seed);
    t.notDeepEqual(crop, before);
    t.true(Math.abs(mean(crop) - mean(before)) < 2.5, `${mean(crop)} against ${mean(before)}`);
    if (roughness(crop) < 0.8 * roughness(before)) smoother += 1;
  }
  t.true(smoother >= 6, 'two of the three kinds smooth along rows');
});

test('noise has about the sigma that was drawn and never wraps round', (t) => {
  for (const level of [0, 128, 255]) {
    const crop = new Uint8Array(size * size * 3).fill(level);
    changeLight(crop, size, { ...none, noiseProbability: 1, noise: 10 }, createRandom(4));
    const worst = crop.reduce((max, value) => Math.max(max, Math.abs(value - level)), 0);
    t.true(worst > 0 && worst <= 60, `${worst} grey levels from ${level}`);
  }
});

test('the strengths used in training keep a crop recognisable: its pattern still correlates', (t) => {
  const random = createRandom(3);
  const blocks = Uint8Array.from({ length: 64 }, () => 40 + random.below(170));
  const picture = Uint8Array.from({ length: size * size * 3 }, (_, i) => {
    const pixel = Math.floor(i / 3);
    return blocks[(Math.floor(pixel / size) >> 2) * 8 + ((pixel % size) >> 2)]!;
  });
  for (let seed = 0; seed < 20; seed += 1) {
    const crop = picture.slice();
    changeLight(crop, size, selfPairAugmentation.search.light, createRandom(seed));
    t.true(correlation(crop, picture) > 0.8, `seed ${seed}: ${correlation(crop, picture)}`);
  }
});

function correlation(a: Uint8Array, b: Uint8Array): number {
  const mean = (values: Uint8Array): number => values.reduce((sum, v) => sum + v, 0) / values.length;
  const [meanA, meanB] = [mean(a), mean(b)];
  let [ab, aa, bb] = [0, 0, 0];
  for (let i = 0; i < a.length; i += 1) {
    ab += (a[i]! - meanA) * (b[i]! - meanB);
    aa += (a[i]! - meanA) ** 2;
    bb += (b[i]! - meanB) ** 2;
  }
  return ab / Math.sqrt(aa * bb);
}
