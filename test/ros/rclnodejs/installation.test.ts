import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import test from 'ava';
import { UsageError } from '../../../src/core/errors.js';
import { findRclnodejs } from '../../../src/ros/rclnodejs/installation.js';

const sourced = { ROS_DISTRO: 'jazzy', ROS_VERSION: '2', AMENT_PREFIX_PATH: '/opt/ros/jazzy' };

async function withPackage(version: string, binaries: readonly string[], use: (directory: string) => void) {
  const directory = await mkdtemp(join(tmpdir(), 'rclnodejs-'));
  await writeFile(join(directory, 'package.json'), JSON.stringify({ version }));
  for (const binary of binaries) {
    await mkdir(dirname(join(directory, binary)), { recursive: true });
    await writeFile(join(directory, binary), '');
  }
  try {
    use(directory);
  } finally {
    await rm(directory, { recursive: true });
  }
}

test('without a sourced ROS 2 nothing is looked for, and the variable that is missing is named', (t) => {
  const search = (variables: Record<string, string>) => () => findRclnodejs({ variables, directory: null });
  t.throws(search({}), { instanceOf: UsageError, message: /ROS_DISTRO is not set.*source/ });
  t.throws(search({ ROS_DISTRO: '' }), { message: /ROS_DISTRO is not set/ });
  t.throws(search({ ROS_DISTRO: 'jazzy' }), { message: /AMENT_PREFIX_PATH is not set/ });
  t.throws(search({ ...sourced, ROS_DISTRO: 'noetic', ROS_VERSION: '1' }), { message: /"noetic" is ROS 1/ });
});

test('an absent package is said with how to install it', (t) => {
  t.throws(() => findRclnodejs({ variables: sourced, directory: null }), {
    instanceOf: UsageError,
    message: /rclnodejs is not installed: .*npm install rclnodejs@2\.2\.0/,
  });
});

test('the binary for this ROS, system and processor is found', async (t) => {
  const binary = 'prebuilds/linux-arm64/jazzy-noble-arm64-node-rclnodejs.node';
  await withPackage('2.2.0', [binary], (directory) => {
    const found = findRclnodejs({ variables: sourced, directory, codename: 'noble', arch: 'arm64' });
    t.deepEqual(found, { version: '2.2.0', directory, binary: join(directory, binary), distro: 'jazzy' });
  });
});

test('a binary of another ROS is none; one compiled here is one for all', async (t) => {
  const other = 'prebuilds/linux-x64/humble-jammy-x64-node-rclnodejs.node';
  const search = (directory: string) => ({
    ...{ variables: sourced, directory, codename: 'bookworm', arch: 'x64' },
  });
  await withPackage('2.2.0', [other], (directory) => {
    t.throws(() => findRclnodejs(search(directory)), {
      instanceOf: UsageError,
      message: /no binary for ROS jazzy on bookworm, x64: compile it once.*npm run rebuild/,
    });
  });
  await withPackage('2.2.0', [other, 'build/Release/rclnodejs.node'], (directory) => {
    t.regex(findRclnodejs(search(directory)).binary, /build\/Release/);
  });
});

test('another major version is refused', async (t) => {
  await withPackage('3.0.0', [], (directory) => {
    t.throws(() => findRclnodejs({ variables: sourced, directory }), { message: /rclnodejs 3\.0\.0 is not/ });
  });
});
