import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import test from 'ava';
import { UsageError } from '../../../src/core/errors.js';
import { directionOf } from '../../../src/core/gimbal/pinhole.js';
import { createSimulation } from '../../../src/core/simulation/simulation.js';
import { parseCameraInfo, readCameraInfo } from '../../../src/runtime/gimbal/camera-info.js';

const file = (name: string): string =>
  fileURLToPath(new URL(`../../../../calibration/camera/${name}.yaml`, import.meta.url));

const example = await readFile(file('example'), 'utf8');

test('the example of a calibration is read, with pixel centres at their halves', async (t) => {
  const { width, height, fx, cx, cy, distortion } = await readCameraInfo(file('example'));
  t.deepEqual([width, height, fx, cx, cy], [640, 480, 462.34, 319.21, 243.58]);
  t.deepEqual(distortion, [-0.3187, 0.1122, 0.00042, -0.00071, 0]);
});

test('the simulated camera’s calibration is the simulated camera’s', async (t) => {
  const intrinsics = await readCameraInfo(file('simulated'));
  const simulation = createSimulation({ size: { width: 1280, height: 720 } });
  t.is(intrinsics.fx, simulation.focal);
  t.deepEqual(directionOf(intrinsics, { x: 640, y: 360 }), { x: 1, y: 0, z: 0 });
});

for (const [what, from, to, message] of [
  ['another lens model', 'plumb_bob', 'equidistant', /distortion_model: is "equidistant"; only plumb_bob/],
  ['an unknown key', 'camera_name', 'camera_title', /camera_title/],
  ['too few numbers', '462.34, 0., ', '', /camera_matrix\.data/],
  ['no calibration at all', '462.34', '0.', /focal lengths 0, 461\.92 must be positive/],
  ['a principal point outside', '318.71', '900.', /principal point 900, 243\.08 lies outside 640x480/],
  ['a skewed matrix', '462.34, 0.,', '462.34, 3.,', /must be \[fx, 0, cx/],
  ['broken YAML', 'camera_matrix:', 'camera_matrix: [', /not valid YAML/],
] as const) {
  test(`${what} is refused, naming file and key`, (t) => {
    const error = t.throws(() => parseCameraInfo(example.replace(from, to), 'my.yaml'), {
      instanceOf: UsageError,
    });
    t.regex(error.message, /^gimbal\.camera "my\.yaml": /);
    t.regex(error.message, message);
  });
}

test('a missing file is told by its name', async (t) => {
  await t.throwsAsync(readCameraInfo('/nowhere/camera.yaml'), {
    instanceOf: UsageError,
    message: 'gimbal.camera "/nowhere/camera.yaml": no such file',
  });
});
