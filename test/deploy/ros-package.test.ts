import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import test, { type ExecutionContext } from 'ava';

const folder = 'deploy/ros';
const manifest = readFileSync(join(folder, 'package.xml'), 'utf8');

/** Runs Python on a file; skips with a word where there is none. @returns what it printed. */
function python(t: ExecutionContext, program: string, file: string): string | null {
  const { status, stdout, stderr, error } = spawnSync('python3', ['-c', program, file], { encoding: 'utf8' });
  if (error) {
    t.log('skipped: no python3');
    t.pass();
    return null;
  }
  t.is(status, 0, `${file}: ${stderr}`);
  return stdout;
}

const parsePython = 'import ast, sys; ast.parse(open(sys.argv[1]).read(), sys.argv[1])';
const tagsOfXml =
  'import sys, xml.etree.ElementTree as e; r = e.parse(sys.argv[1]).getroot(); ' +
  'print(r.tag, r.get("format"), *[c.tag for c in r])';

test('the launch file and the image publisher are Python that parses', (t) => {
  for (const file of [`${folder}/launch/tagalong.launch.py`, 'test-manual/ros/publish_images.py']) {
    python(t, parsePython, file);
  }
});

test('package.xml is well-formed and has what package format 3 asks for, in its order', (t) => {
  const printed = python(t, tagsOfXml, join(folder, 'package.xml'));
  if (printed === null) return;
  const [root, format, ...tags] = printed.trim().split(' ');
  t.is(`${root} ${format}`, 'package 3');
  t.deepEqual(tags.slice(0, 6), [
    'name',
    'version',
    'description',
    'maintainer',
    'license',
    'buildtool_depend',
  ]);
  t.true(tags.slice(6, -1).every((tag) => tag === 'exec_depend'));
  t.is(tags.at(-1), 'export');
  t.regex(manifest, /<maintainer email="[^@"\s]+@[^@"\s]+\.[a-z]{2,}">/);
});

test('package.xml has the version of package.json', (t) => {
  const { version } = JSON.parse(readFileSync('package.json', 'utf8')) as { version: string };
  t.is(/<version>(.*)<\/version>/.exec(manifest)?.[1], version);
});

/** Such as `vision_msgs/msg/Detection2D`, as code names it. */
const messageType = /['`]([a-z_]+_(?:msgs|srvs|interfaces))\/(?:msg|srv)\/[A-Z$]/g;

test('every package whose messages the node speaks is a dependency', (t) => {
  const spoken = new Set<string>();
  for (const file of readdirSync('src/ros', { recursive: true, encoding: 'utf8' })) {
    if (!file.endsWith('.ts')) continue;
    const text = readFileSync(join('src/ros', file), 'utf8');
    for (const [, name] of text.matchAll(messageType)) spoken.add(name!);
  }
  t.true(spoken.has('vision_msgs') && spoken.has('lifecycle_msgs'));
  const missing = [...spoken].filter((name) => !manifest.includes(`<exec_depend>${name}</exec_depend>`));
  t.deepEqual(missing, []);
});

test('shell scripts parse, and what CMake installs is there', (t) => {
  for (const file of [`${folder}/scripts/tagalong_node`, 'test-manual/ros/prove.sh']) {
    const { status, stderr } = spawnSync('bash', ['-n', file], { encoding: 'utf8' });
    t.is(status, 0, `${file}: ${stderr}`);
  }
  const cmake = readFileSync(join(folder, 'CMakeLists.txt'), 'utf8');
  const installed = [...cmake.matchAll(/install\((?:PROGRAMS|DIRECTORY) ([^)]*?) DESTINATION/g)];
  t.is(installed.length, 2);
  for (const path of installed.flatMap(([, paths]) => paths!.split(' '))) {
    t.true(existsSync(join(folder, path)), path);
  }
});

test('the wrapper says what is missing when Tagalong is not on the path', (t) => {
  const { status, stderr } = spawnSync(`${folder}/scripts/tagalong_node`, [], {
    ...{ encoding: 'utf8', env: { PATH: process.env['PATH'], TAGALONG: 'no-such-program' } },
  });
  t.is(status, 127);
  t.regex(stderr, /"no-such-program" is not on the PATH/);
});
