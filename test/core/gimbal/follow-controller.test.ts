import test from 'ava';
import { FollowController } from '../../../src/core/gimbal/follow-controller.js';
import { followOptionsSchema } from '../../../src/core/gimbal/follow-options.js';
import { fromEuler } from '../../../src/core/gimbal/quaternion.js';
import type { Sighting } from '../../../src/core/gimbal/sighting.js';
import { unit3 } from '../../../src/core/gimbal/vector.js';

const defaults = followOptionsSchema.parse({});

const sighting = (timeS: number, more: Partial<Sighting> = {}): Sighting => ({
  ...{ state: 'tracking', target: 1, timeS, sigma: 1e-3 },
  direction: unit3({ x: 1, y: 0.1, z: -0.05 }),
  ...more,
});

test('without a target nothing is demanded', (t) => {
  const controller = new FollowController(defaults);
  t.deepEqual(controller.step(1), { mode: 'idle', rates: { yaw: 0, pitch: 0 }, error: null });
  controller.see(sighting(1.1, { state: 'idle', direction: null }));
  t.is(controller.step(1.1).mode, 'idle');
});

test('a target to the right and above turns it right and up', (t) => {
  const controller = new FollowController(defaults);
  controller.step(1);
  controller.see(sighting(1));
  const { mode, rates } = controller.step(1.02);
  t.is(mode, 'following');
  t.true(rates.yaw > 0 && rates.pitch > 0);
});

test('no fresh track, no motion: at once, and until one comes', (t) => {
  const controller = new FollowController({ ...defaults, staleMs: 250 });
  for (let i = 0; i < 10; i++) {
    controller.see(sighting(1 + i / 60));
    controller.step(1.02 + i / 60);
  }
  const last = 1 + 9 / 60;
  t.true(controller.step(last + 0.24).rates.yaw > 0);
  t.deepEqual(controller.step(last + 0.26), { mode: 'stale', rates: { yaw: 0, pitch: 0 }, error: null });
  controller.see(sighting(last + 1));
  t.is(controller.step(last + 1.02).mode, 'following');
});

test('a track from the future is no track of this clock', (t) => {
  const controller = new FollowController(defaults);
  controller.see(sighting(100));
  t.is(controller.step(1).mode, 'stale');
});

test('tracks that come late or twice are left out', (t) => {
  const controller = new FollowController(defaults);
  controller.see(sighting(2));
  controller.see(sighting(1.9, { state: 'lost', direction: null }));
  controller.see(sighting(2, { state: 'lost', direction: null }));
  t.is(controller.step(2.01).mode, 'following');
});

test('coasting on a target that was never seen here moves nothing', (t) => {
  const controller = new FollowController(defaults);
  controller.see(sighting(1, { state: 'coasting' }));
  t.is(controller.step(1.01).mode, 'holding');
});

test('a new target is met without the old one’s rate', (t) => {
  const controller = new FollowController({ ...defaults, proportional: 0, integral: 0 });
  for (let i = 0; i < 30; i++) {
    controller.see(sighting(1 + i / 60, { direction: unit3({ x: 1, y: 0.005 * i, z: 0 }) }));
    controller.step(1.01 + i / 60);
  }
  t.true(controller.step(1.5).rates.yaw > 0.2);
  controller.see(sighting(1.51, { target: 2, direction: unit3({ x: 1, y: -0.2, z: 0 }) }));
  t.is(controller.step(1.52).error?.yawRate, 0);
});

test('when the gimbal begins to count yaw from north, old directions are forgotten', (t) => {
  const controller = new FollowController(defaults);
  const report = (timeS: number, yaw: number, yawFrame: 'earth' | 'vehicle') => ({
    ...{ timeS, yawFrame, rates: null, heading: null },
    orientation: fromEuler({ yaw, pitch: 0, roll: 0 }),
  });
  controller.attitude(report(1, 0, 'vehicle'));
  controller.see(sighting(1.0, { direction: { x: 1, y: 0, z: 0 } }));
  controller.attitude(report(1.02, 2, 'earth'));
  controller.see(sighting(1.03, { direction: { x: 1, y: 0, z: 0 } }));
  const { error } = controller.step(1.04);
  t.true(Math.abs(error!.yaw) < 1e-6);
});
