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
  t.deepEqual(readParamsFile(path, '/uav1/tagalong'), [
    { path: ['frameId'], value: 'cam' },
    { path: ['boxes', 'depth'], value: 5 },
    { path: ['image', 'fps'], value: 2.5 },
  ]);
  t.deepEqual(readParamsFile(path, '/uav2/tagalong'), [{ path: ['frameId'], value: 'cam' }]);
});

/** What a file names, and which nodes that is. */
const patterns: readonly [key: string, is: readonly string[], isNot: readonly string[]][] = [
  ['tagalong', ['/tagalong'], ['/uav1/tagalong', '/tagalong2']],
  ['/tagalong', ['/tagalong'], ['/uav1/tagalong']],
  ['/uav1/tagalong', ['/uav1/tagalong'], ['/tagalong', '/uav2/tagalong', '/a/uav1/tagalong']],
  ['/**', ['/tagalong', '/uav1/tagalong', '/a/b/tagalong'], []],
  ['/*', ['/tagalong', '/other'], ['/uav1/tagalong']],
  ['/*/tagalong', ['/uav1/tagalong'], ['/tagalong', '/a/b/tagalong', '/uav1/other']],
  ['/**/tagalong', ['/tagalong', '/uav1/tagalong', '/a/b/tagalong'], ['/uav1/other']],
  ['/uav1/**', ['/uav1/tagalong', '/uav1/eye/tagalong'], ['/uav2/tagalong', '/tagalong']],
  ['/uav.', ['/uav.'], ['/uav1']],
];

for (const [key, is, isNot] of patterns) {
  test(`"${key}" in a params file is for ${is.join(', ')} alone`, (t) => {
    const path = file(
      `${key.replace(/\W/g, '_')}-${is.length}.yaml`,
      `'${key}':\n  ros__parameters: { frameId: cam }\n`,
    );
    for (const name of is) t.is(readParamsFile(path, name).length, 1, name);
    for (const name of isNot) t.is(readParamsFile(path, name).length, 0, name);
  });
}

test('namespaces may be nested, too', (t) => {
  const text = "uav1:\n  '*':\n    tagalong:\n      ros__parameters: { frameId: cam }\n";
  const path = file('nested.yaml', text);
  t.is(readParamsFile(path, '/uav1/eye/tagalong').length, 1);
  t.is(readParamsFile(path, '/uav1/tagalong').length, 0);
});

test('the namespace of the command line counts, whatever comes first', (t) => {
  const path = file('ns.yaml', '/uav1/eye:\n  ros__parameters: { frameId: cam }\n');
  const frameId = (...args: string[]): unknown =>
    rosSettings(['--ros-args', ...args]).settings.find(({ path: [, key] }) => key === 'frameId')?.value;
  t.is(frameId('--params-file', path, '-r', '__ns:=/uav1', '-r', '__node:=eye'), 'cam');
  t.is(frameId('-r', '__node:=eye', '--params-file', path), undefined);
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
  const names = readParamsFile('deploy/ros/config/tagalong.yaml', '/tagalong').map(({ path }) =>
    path.join('.'),
  );
  t.deepEqual(names, ['frameId', 'boxes.reliability', 'boxes.depth']);
});

test('a file that cannot be read is named', (t) => {
  t.throws(() => readParamsFile(join(folder, 'none.yaml'), '/tagalong'), {
    instanceOf: UsageError,
    message: /--params-file ".*none\.yaml"/,
  });
  t.throws(() => readParamsFile(file('list.yaml', '- 1'), '/tagalong'), { message: /ros__parameters/ });
});
