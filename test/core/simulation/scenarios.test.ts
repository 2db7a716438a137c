import test from 'ava';
import { intersectionArea } from '../../../src/core/geometry/box.js';
import type { ScenarioName } from '../../../src/core/simulation/options.js';
import type { Truth } from '../../../src/core/simulation/scene/truth.js';
import { createSimulation } from '../../../src/core/simulation/simulation.js';
import { clean, colourHistogram, histogramDistance, renderFrame, runUntil } from './support/pixels.js';

const size = { width: 640, height: 360 };
const framesPerSecond = 20;

for (const seed of [1, 9]) {
  test(`flight ${seed}: the target stays in view, is hidden now and then, and is never alone`, (t) => {
    const truths = play('flight', seed, 32);
    t.true(truths.slice(0, 2 * framesPerSecond).every(({ visibleFraction }) => visibleFraction > 0.9));
    t.true(truths.every(({ box }) => box !== null && isInside(box)));
    t.true(truths.some(({ occluded }) => occluded));
    t.true(truths.some(({ visibleFraction: v }) => v > 0.2 && v < 0.8));
    t.true(truths.every(({ distractors }) => distractors.length > 0));
  });

  test(`calm ${seed}: the target is always in full view, and nothing looks like it`, (t) => {
    const truths = play('calm', seed, 60);
    t.true(truths.every(({ box, visibleFraction: v }) => box !== null && v > 0.999));
    t.true(truths.every(({ distractors, occluded }) => distractors.length === 0 && !occluded));
  });

  test(`crossing ${seed}: look-alikes pass the target on both sides, touching it in the picture`, (t) => {
    const truths = play('crossing', seed, 30);
    const touching = truths.filter(({ box, distractors }) =>
      distractors.some((other) => box && intersectionArea(box, other) > 0),
    );
    t.true(touching.length > framesPerSecond);
    const sides = new Set(
      truths.flatMap(({ box, distractors }) => distractors.map((other) => Math.sign(other.cx - box!.cx))),
    );
    t.deepEqual([...sides].sort(), [-1, 1]);
    t.true(truths.every(({ occluded }) => !occluded));
  });

  test(`occlusion ${seed}: the target is hidden for more than a second and a half`, (t) => {
    t.true(longest(play('occlusion', seed, 30), ({ occluded }) => occluded) > 1.5 * framesPerSecond);
  });

  test(`departure ${seed}: the target leaves the view and returns, again and again`, (t) => {
    const gone = play('departure', seed, 30).map(({ box }) => box === null);
    const departures = gone.filter((is, i) => is && gone[i - 1] === false).length;
    const returns = gone.filter((is, i) => !is && gone[i - 1] === true).length;
    t.true(departures >= 2 && returns >= 2, `${departures} departures, ${returns} returns`);
    t.true(longest(gone, (is) => is) > framesPerSecond);
  });
}

test('the target is 20 to 70 pixels large, and moves in the picture', (t) => {
  const boxes = play('flight', 3, 30).map(({ box }) => box!);
  t.true(boxes.every(({ width, height }) => Math.max(width, height) > 20 && Math.max(width, height) < 70));
  const columns = boxes.map(({ cx }) => cx);
  t.true(Math.max(...columns) - Math.min(...columns) > 60);
});

test('look-alikes have the colours of the target, the land has not', (t) => {
  const { width, height } = size;
  for (const seed of [1, 2, 3]) {
    const simulation = createSimulation({ ...clean, size, scenario: 'crossing', seed });
    const apart = (): boolean => {
      const { box, distractors } = simulation.truth();
      const others = distractors.filter((it) => isInside(it, 30));
      return others.length > 0 && others.every((it) => intersectionArea(it, box!) === 0);
    };
    t.true(runUntil(simulation, apart, 30));
    const data = renderFrame(simulation);
    const { box, distractors } = simulation.truth();
    const target = colourHistogram(data, width, box!);
    const others = distractors.filter((it) => isInside(it, 30));
    const look = Math.min(...others.map((it) => histogramDistance(target, colourHistogram(data, width, it))));
    const scene = colourHistogram(data, width, { cx: width / 2, cy: height / 2, width, height });
    const land = histogramDistance(target, scene);
    t.true(look < 0.75 * land, `seed ${seed}: look-alike ${look}, land ${land}`);
  }
});

function play(scenario: ScenarioName, seed: number, seconds: number): Truth[] {
  const simulation = createSimulation({ scenario, seed, size });
  return Array.from({ length: seconds * framesPerSecond }, () => {
    simulation.step(1 / framesPerSecond);
    return simulation.truth();
  });
}

function longest<T>(items: readonly T[], holds: (item: T) => boolean): number {
  let [best, run] = [0, 0];
  for (const item of items) {
    run = holds(item) ? run + 1 : 0;
    best = Math.max(best, run);
  }
  return best;
}

function isInside({ cx, cy }: { cx: number; cy: number }, margin = 0): boolean {
  return cx > margin && cx < size.width - margin && cy > margin && cy < size.height - margin;
}
