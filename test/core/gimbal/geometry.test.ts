import test from 'ava';
import fc from 'fast-check';
import { UsageError } from '../../../src/core/errors.js';
import { lineOfSightError } from '../../../src/core/gimbal/line-of-sight.js';
import {
  directionOf,
  imagePointOf,
  intrinsicsOfView,
  scaleIntrinsics,
  type Intrinsics,
} from '../../../src/core/gimbal/pinhole.js';
import {
  conjugate,
  fromEuler,
  multiply,
  normaliseQuaternion,
  rotate,
  slerp,
  toEuler,
  wrapAngle,
} from '../../../src/core/gimbal/quaternion.js';
import { length3, zeroVector } from '../../../src/core/gimbal/vector.js';

const angle = fc.double({ min: -3, max: 3, noNaN: true });
const tilt = fc.double({ min: -1.5, max: 1.5, noNaN: true });
const euler = fc.record({ yaw: angle, pitch: tilt, roll: angle });

const lens: Intrinsics = {
  ...{ width: 1280, height: 720, fx: 900, fy: 905, cx: 650, cy: 352 },
  distortion: [-0.31, 0.12, 0.001, -0.0005, -0.02],
};

test('angles go into quaternions and come back', (t) => {
  fc.assert(
    fc.property(euler, (given) => {
      const back = toEuler(fromEuler(given));
      for (const key of ['yaw', 'pitch', 'roll'] as const)
        if (Math.abs(wrapAngle(back[key] - given[key])) > 1e-6) return false;
      return true;
    }),
  );
  t.pass();
});

test('yaw turns the view right and pitch up', (t) => {
  const right = rotate(fromEuler({ yaw: 0.1, pitch: 0, roll: 0 }), { x: 1, y: 0, z: 0 });
  t.true(right.y > 0.09 && Math.abs(right.z) < 1e-12);
  const up = rotate(fromEuler({ yaw: 0, pitch: 0.1, roll: 0 }), { x: 1, y: 0, z: 0 });
  t.true(up.z < -0.09 && Math.abs(up.y) < 1e-12);
});

test('a rotation and its conjugate undo each other, and products follow one another', (t) => {
  fc.assert(
    fc.property(euler, euler, (a, b) => {
      const [qa, qb] = [fromEuler(a), fromEuler(b)];
      const v = { x: 0.3, y: -0.5, z: 0.8 };
      const once = rotate(qa, rotate(qb, v));
      const both = rotate(multiply(qa, qb), v);
      const back = rotate(conjugate(qa), rotate(qa, v));
      const apart = (p: typeof v, q: typeof v) => Math.hypot(p.x - q.x, p.y - q.y, p.z - q.z);
      return apart(once, both) < 1e-9 && apart(back, v) < 1e-9;
    }),
  );
  t.pass();
});

test('interpolation takes the short way at an even pace', (t) => {
  const a = fromEuler({ yaw: 3.1, pitch: 0, roll: 0 });
  const b = fromEuler({ yaw: -3.1, pitch: 0, roll: 0 });
  const yaw = toEuler(slerp(a, b, 0.25)).yaw;
  t.true(Math.abs(wrapAngle(yaw - (3.1 + 0.25 * (2 * Math.PI - 6.2)))) < 1e-9);
  t.deepEqual(slerp(a, a, 0.5), a);
});

test('what is no rotation is refused', (t) => {
  t.is(normaliseQuaternion({ w: 0, x: 0, y: 0, z: 0 }), null);
  t.is(normaliseQuaternion({ w: Number.NaN, x: 0, y: 0, z: 0 }), null);
  t.is(normaliseQuaternion({ w: 1.01, x: 0, y: 0, z: 0 })?.w, 1);
});

test('an image point and its direction are one, through a bent lens too', (t) => {
  fc.assert(
    fc.property(
      fc.double({ min: 0, max: 1280, noNaN: true }),
      fc.double({ min: 0, max: 720, noNaN: true }),
      (x, y) => {
        const back = imagePointOf(lens, directionOf(lens, { x, y }));
        return back !== null && Math.hypot(back.x - x, back.y - y) < 0.05;
      },
    ),
  );
  t.true(Math.abs(length3(directionOf(lens, { x: 3, y: 4 })) - 1) < 1e-12);
  t.is(imagePointOf(lens, { x: -1, y: 0, z: 0 }), null);
});

test('a lens known by its view alone shows the border at half of it', (t) => {
  const view = intrinsicsOfView({ width: 640, height: 360 }, 1);
  const border = directionOf(view, { x: 640, y: 180 });
  t.true(Math.abs(Math.atan2(border.y, border.x) - 0.5) < 1e-12);
});

test('a smaller frame of the same shape scales the lens; another shape is refused', (t) => {
  const half = scaleIntrinsics(lens, { width: 640, height: 360 });
  t.deepEqual(directionOf(half, { x: 100, y: 50 }), directionOf(lens, { x: 200, y: 100 }));
  t.throws(() => scaleIntrinsics(lens, { width: 640, height: 480 }), {
    instanceOf: UsageError,
    message: /1280x720.*640x480/,
  });
});

test('the error is what brings the target to the middle; near the nadir yaw has bounded gain', (t) => {
  const target = rotate(fromEuler({ yaw: 0.5, pitch: -0.7, roll: 0 }), { x: 1, y: 0, z: 0 });
  const near = lineOfSightError(fromEuler({ yaw: 0.48, pitch: -0.72, roll: 0 }), target, zeroVector);
  t.true(Math.abs(near.yaw - 0.02) < 1e-3);
  t.true(Math.abs(near.pitch - 0.02) < 1e-3);
  const down = lineOfSightError(
    fromEuler({ yaw: 0, pitch: -Math.PI / 2, roll: 0 }),
    { x: 0, y: 0.1, z: 1 },
    zeroVector,
  );
  t.true(Math.abs(down.yaw) <= 4 * Math.abs(down.across) + 1e-9);
});

test('the rate of a target that runs along yaw is what yaw must run at', (t) => {
  const [yaw, pitch, rate] = [0.3, -0.8, 0.35];
  const orientation = fromEuler({ yaw, pitch, roll: 0 });
  const direction = rotate(orientation, { x: 1, y: 0, z: 0 });
  const moving = { x: -rate * direction.y, y: rate * direction.x, z: 0 };
  const error = lineOfSightError(orientation, direction, moving);
  t.true(Math.abs(error.yawRate - rate) < 1e-9);
  t.true(Math.abs(error.pitchRate) < 1e-9);
});
