import test from 'ava';
import { coverage, willingness } from '../../../src/training/data/surroundings.js';
import { nano } from '../../../src/training/network/spec.js';

const picture = { width: 400, height: 300 };

test('coverage is the share of the region that lies inside the picture', (t) => {
  t.is(coverage({ cx: 200, cy: 150, side: 100 }, picture), 1);
  t.is(coverage({ cx: 0, cy: 150, side: 100 }, picture), 0.5);
  t.is(coverage({ cx: 400, cy: 300, side: 100 }, picture), 0.25);
  t.is(coverage({ cx: -100, cy: 150, side: 100 }, picture), 0);
  t.is(coverage({ cx: 200, cy: 150, side: 600 }, picture), (400 * 300) / 600 ** 2);
});

test('a target with its surroundings in the picture is always taken, one that fills the picture hardly ever', (t) => {
  t.true(willingness({ cx: 200, cy: 150, width: 40, height: 40 }, picture, nano) > 0.999);
  t.is(willingness({ cx: 200, cy: 150, width: 300, height: 300 }, picture, nano), 0.02);
  const near = willingness({ cx: 30, cy: 150, width: 40, height: 40 }, picture, nano);
  t.true(near > 0.1 && near < 0.7);
});
