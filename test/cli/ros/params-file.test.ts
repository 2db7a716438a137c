import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import test from 'ava';
import { UsageError } from '../../../src/core/errors.js';
import { readParamsFile } from '../../../src/cli/ros/params-file.js';
import { rosSettings } from '../../../src/cli/ros/ros-arguments.js';

const folder = mkdtempSync(join(tmpdir(), 'params-'));
test.after.always(() => {
  rmSync(folder, { recursive: true });
});

function file(name: string, text: string): string {
  const path = join(folder, name);
  writeFileSync(path, text);
  return path;
}

test("the parameters of a node's own name and of patterns are its own, nested or dotted", (t) => {
  const path = file(
    'all.yaml',
    `
/**:
  ros__parameters: { frameId: cam }
/uav1/tagalong:
  ros__parameters:
    boxes: { depth: 5 }
    image.fps: 2.5
uav2:
  other:
    ros__parameters: { frameId: never }
`,
  );
  t.deepEqual(readParamsFile(path, 'tagalong'), [
    { path: ['frameId'], value: 'cam' },
    { path: ['boxes', 'depth'], value: 5 },
    { path: ['image', 'fps'], value: 2.5 },
  ]);
});

test('what a launch file gives arrives as settings of the section ros', (t) => {
  const path = file('launch.yaml', '/**:\n  ros__parameters:\n    autostart: false\n');
  const { settings } = rosSettings(['--ros-args', '-r', '__node:=t', '--params-file', path]);
  t.like(
    settings.find(({ path: [, key] }) => key === 'autostart'),
    { path: ['ros', 'autostart'], value: false },
  );
});

test('the parameters that the colcon package brings are understood', (t) => {
  const names = readParamsFile('deploy/ros/config/tagalong.yaml', 'tagalong').map(({ path }) =>
    path.join('.'),
  );
  t.deepEqual(names, ['frameId', 'boxes.reliability', 'boxes.depth']);
});

test('a file that cannot be read is named', (t) => {
  t.throws(() => readParamsFile(join(folder, 'none.yaml'), 'tagalong'), {
    instanceOf: UsageError,
    message: /--params-file ".*none\.yaml"/,
  });
  t.throws(() => readParamsFile(file('list.yaml', '- 1'), 'tagalong'), { message: /ros__parameters/ });
});
