import test from 'ava';
import { boxArea } from '../../../src/core/geometry/box.js';
import { createSimulation } from '../../../src/core/simulation/simulation.js';
import { clean, runUntil, targetPixels } from './support/pixels.js';

test('the box holds just the pixels the target changes, whichever way it is turned', (t) => {
  for (const seed of [1, 4]) {
    const simulation = createSimulation({ ...clean, scenario: 'calm', seed });
    for (let i = 0; i < 12; i++) {
      for (let k = 0; k < 40; k++) simulation.step(1 / 20);
      const { box, visibleFraction } = simulation.truth();
      const changed = targetPixels(simulation).box;
      t.true(box !== null && changed !== null);
      t.true(visibleFraction > 0.99);
      const edges = [
        [changed!.cx - changed!.width / 2, box!.cx - box!.width / 2],
        [changed!.cx + changed!.width / 2, box!.cx + box!.width / 2],
        [changed!.cy - changed!.height / 2, box!.cy - box!.height / 2],
        [changed!.cy + changed!.height / 2, box!.cy + box!.height / 2],
      ];
      for (const [seen, told] of edges)
        t.true(Math.abs(seen! - told!) <= 1.5, `seed ${seed}: ${seen} ${told}`);
    }
  }
});

test('the target vanishes from the picture while it is occluded, and comes back', (t) => {
  const simulation = createSimulation({ ...clean, scenario: 'occlusion', seed: 3 });
  const unhidden = targetPixels(simulation, 12).count;
  t.true(runUntil(simulation, () => simulation.truth().visibleFraction === 0, 20));
  t.true(simulation.truth().occluded);
  t.true(simulation.truth().box !== null, 'the box is told all the same');
  t.is(targetPixels(simulation).count, 0);
  t.true(runUntil(simulation, () => simulation.truth().visibleFraction > 0.99, 40));
  t.true(targetPixels(simulation, 12).count > 0.5 * unhidden);
});

test('visibleFraction is the share of the silhouette that can be seen', (t) => {
  const simulation = createSimulation({ ...clean, scenario: 'occlusion', seed: 2 });
  const { box } = simulation.truth();
  const fill = targetPixels(simulation).count / boxArea(box!);
  const partly = (): boolean => {
    const { visibleFraction } = simulation.truth();
    return visibleFraction > 0.25 && visibleFraction < 0.75;
  };
  t.true(runUntil(simulation, partly, 20));
  const truth = simulation.truth();
  const share = targetPixels(simulation).count / (fill * boxArea(truth.box!));
  t.true(Math.abs(share - truth.visibleFraction) < 0.2, `${share} ${truth.visibleFraction}`);
});

test('a target out of view has no box and no pixels; cut by the border it is partly visible', (t) => {
  const simulation = createSimulation({ ...clean, scenario: 'departure', seed: 1 });
  let cut = 0;
  const gone = runUntil(
    simulation,
    () => {
      const { box, visibleFraction } = simulation.truth();
      if (box && visibleFraction > 0.02 && visibleFraction < 0.98) cut++;
      return box === null;
    },
    15,
  );
  t.true(gone);
  t.true(cut > 0);
  t.deepEqual([simulation.truth().visibleFraction, simulation.truth().occluded], [0, false]);
  t.is(targetPixels(simulation).count, 0);
});
