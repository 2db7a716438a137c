import { createHash } from 'node:crypto';
import test from 'ava';
import { UsageError } from '../../../src/core/errors.js';
import type { SimulationOptions } from '../../../src/core/simulation/options.js';
import { createSimulation } from '../../../src/core/simulation/simulation.js';
import { renderFrame } from './support/pixels.js';

const size = { width: 160, height: 96 };

test('the same seed gives the same bytes and the same truth, another seed does not', (t) => {
  const first = digest({ seed: 5, size });
  t.is(digest({ seed: 5, size }), first);
  t.not(digest({ seed: 6, size }), first);
});

test('rendering twice between two steps gives the same picture, and does not disturb the next', (t) => {
  const options = { seed: 2, size };
  const [twice, once] = [createSimulation(options), createSimulation(options)];
  twice.step(0.1);
  once.step(0.1);
  t.deepEqual(renderFrame(twice), renderFrame(twice));
  twice.truth();
  twice.step(0.1);
  once.step(0.1);
  t.deepEqual(renderFrame(twice), renderFrame(once));
});

test('noise and motion blur change the picture, and only when asked for', (t) => {
  const render = (options: SimulationOptions): Uint8Array => {
    const simulation = createSimulation({ seed: 3, size, ...options });
    simulation.commandGimbalRate(1, 0);
    for (let i = 0; i < 12; i++) simulation.step(1 / 30);
    return renderFrame(simulation);
  };
  const plain = render({ noise: 0, blur: 0 });
  const noisy = render({ noise: 6, blur: 0 });
  const blurred = render({ noise: 0, blur: 1 });
  t.true(Math.abs(deviation(noisy, plain) - 6) < 1.5);
  t.true(gradient(blurred, size.width) < 0.8 * gradient(plain, size.width), 'blur takes detail away');
});

test('a picture is not empty: neither flat, nor black, nor burnt out', (t) => {
  const data = renderFrame(createSimulation({ seed: 4, size }));
  const mean = data.reduce((sum, value) => sum + value, 0) / data.length;
  const burnt = data.filter((value) => value === 255).length / data.length;
  t.true(mean > 40 && mean < 180, `mean ${mean}`);
  t.true(burnt < 0.05, `burnt ${burnt}`);
  t.true(deviation(data, new Uint8Array(data.length).fill(mean)) > 15);
});

test('looking at the horizon and straight down both give a picture', (t) => {
  const simulation = createSimulation({ seed: 4, size });
  for (const pitchRate of [1, -1.5]) {
    simulation.commandGimbalRate(0, pitchRate);
    for (let i = 0; i < 90; i++) simulation.step(1 / 30);
    const data = renderFrame(simulation);
    t.true(new Set(data).size > 40);
  }
});

test('impossible options, steps, rates and buffers are refused', (t) => {
  t.throws(() => createSimulation({ noise: -1 }), { instanceOf: UsageError, message: /noise=-1/ });
  t.throws(() => createSimulation({ size: { width: 10, height: 96 } }), {
    instanceOf: UsageError,
    message: /size/,
  });
  const simulation = createSimulation({ size });
  t.throws(
    () => {
      simulation.step(-0.1);
    },
    { instanceOf: RangeError },
  );
  t.throws(
    () => {
      simulation.step(NaN);
    },
    { instanceOf: RangeError },
  );
  t.throws(
    () => {
      simulation.commandGimbalRate(NaN, 0);
    },
    { instanceOf: RangeError },
  );
  t.throws(
    () => {
      simulation.render(new Uint8Array(10));
    },
    { instanceOf: RangeError },
  );
});

function digest(options: SimulationOptions): string {
  const simulation = createSimulation(options);
  const hash = createHash('sha256');
  for (let i = 0; i < 12; i++) {
    simulation.step(0.7);
    hash.update(renderFrame(simulation)).update(JSON.stringify(simulation.truth()));
  }
  return hash.digest('hex');
}

function deviation(a: Uint8Array, b: Uint8Array): number {
  let squares = 0;
  for (let i = 0; i < a.length; i++) squares += (a[i]! - b[i]!) ** 2;
  return Math.sqrt(squares / a.length);
}

/** Mean difference between neighbours in a row. */
function gradient(data: Uint8Array, width: number): number {
  let sum = 0;
  for (let i = 3; i < data.length; i++) if (i % (3 * width) >= 3) sum += Math.abs(data[i]! - data[i - 3]!);
  return sum / data.length;
}
