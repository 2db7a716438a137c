import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import test from 'ava';
import { packDevice, type PackedDevice, root } from './packed.js';
import { runProgram } from './run-program.js';

interface LockEntry {
  readonly version: string;
  readonly integrity: string;
  readonly dependencies?: Readonly<Record<string, string>>;
  readonly optionalDependencies?: Readonly<Record<string, string>>;
  readonly cpu?: readonly string[];
  readonly libc?: readonly string[];
}
interface LockedPackages {
  readonly lockedPackages: (
    lock: { readonly packages: Readonly<Record<string, LockEntry>> },
    names: readonly string[],
    platform: { readonly os: string; readonly cpu: string; readonly libc: string },
  ) => { readonly path: string; readonly version: string }[];
}
const script = pathToFileURL(join(root, 'scripts/device/locked-packages.mjs')).href;
const { lockedPackages } = (await import(script)) as LockedPackages;
const platform = { os: 'linux', cpu: 'arm64', libc: 'glibc' };
const entry = (more: Partial<LockEntry> = {}): LockEntry => ({
  version: '1.0.0',
  integrity: 'sha512-x',
  ...more,
});

let packed: PackedDevice;
test.before(async (t) => {
  t.timeout(10 * 60_000); // copies 80 MB and compresses them
  packed = await packDevice(process.arch);
});
test.after.always(() => packed.remove());

test('a device install starts and follows a target', async (t) => {
  const main = join(packed.dir, 'dist/src/cli/main.js');
  const args = ['track', 'sim://?seed=1', '--box', '300,170,40,30', '--max-frames', '3'];
  // from another folder: nothing of this installation may be found by chance
  const { status, stdout, stderr } = await runProgram(process.execPath, [main, ...args], {
    cwd: packed.dir,
  });
  t.is(status, 0, stderr);
  const states = stdout
    .trim()
    .split('\n')
    .map((line) => (JSON.parse(line) as { state: string }).state);
  t.deepEqual(states, ['tracking', 'tracking', 'tracking']);
});

test('every module of a device install finds what it imports', async (t) => {
  const modules = readdirSync(join(packed.dir, 'dist/src'), { recursive: true, encoding: 'utf8' })
    // programs of their own begin to work when they are loaded
    .filter((file) => file.endsWith('.js') && !/(main|-worker|-program|-process)\.js$/.test(file))
    .map((file) => pathToFileURL(join(packed.dir, 'dist/src', file)).href);
  t.true(modules.length > 100);
  const code = `for (const url of ${JSON.stringify(modules)}) await import(url); process.exit(0);`;
  const { status, stderr } = await runProgram(process.execPath, ['--input-type=module', '-e', code]);
  t.is(status, 0, stderr);
});

test('a device install holds neither training nor binaries of other platforms', (t) => {
  t.false(existsSync(join(packed.dir, 'dist/src/training')));
  for (const name of ['@tensorflow', 'vega', 'bullmq', 'typescript'])
    t.false(existsSync(join(packed.dir, 'node_modules', name)), name);
  const binaries = readdirSync(packed.dir, { recursive: true, encoding: 'utf8' }).filter((file) =>
    /\.(node|so|dll|dylib)(\.\d+)*$/.test(file),
  );
  t.true(binaries.some((file) => file.includes('libonnxruntime')));
  const foreign = /(win32|darwin|android|musl|ia32|armv7)/;
  t.deepEqual(
    binaries.filter((file) => foreign.test(file)),
    [],
  );
});

test('a command that needs training is refused in a device install, and not in its help', async (t) => {
  const main = join(packed.dir, 'dist/src/cli/main.js');
  const run = (...args: string[]) => runProgram(process.execPath, [main, ...args]);
  const train = await run('train');
  t.is(train.status, 2);
  t.is(
    train.stderr,
    'error: "train" is not part of a device install: run it where the whole package is installed\n',
  );
  const { stdout: help } = await run('--help');
  for (const command of ['start', 'run', 'config', 'doctor', 'replay', 'track'])
    t.regex(help, new RegExp(`^ {2}${command} `, 'm'));
  for (const command of ['train', 'evaluate', 'quantize'])
    t.notRegex(help, new RegExp(`^ {2}${command} `, 'm'));
});

test('an unknown processor is refused', async (t) => {
  await t.throwsAsync(() => packDevice('mips'), { message: /--arch "mips": must be arm64 or x64/ });
});

test('packages are found in the lock as Node finds them, nearest first', (t) => {
  const packages = {
    'node_modules/a': entry({ dependencies: { b: '1', c: '1' } }),
    'node_modules/a/node_modules/b': entry({ version: '2.0.0', dependencies: { c: '1' } }),
    'node_modules/b': entry(),
    'node_modules/c': entry(),
    'node_modules/d': entry(),
  };
  const found = lockedPackages({ packages }, ['a'], platform);
  t.deepEqual(
    found.map(({ path }) => path),
    ['node_modules/a', 'node_modules/a/node_modules/b', 'node_modules/c'],
  );
});

test('packages for other processors and other C libraries are left out', (t) => {
  const binaries = { 'a-x64': '1', 'a-arm64': '1', 'a-arm64-musl': '1', 'a-absent': '1' };
  const packages = {
    'node_modules/a': entry({ optionalDependencies: binaries }),
    'node_modules/a-x64': entry({ cpu: ['x64'] }),
    'node_modules/a-arm64': entry({ cpu: ['arm64'], libc: ['glibc'] }),
    'node_modules/a-arm64-musl': entry({ cpu: ['arm64'], libc: ['musl'] }),
  };
  const found = lockedPackages({ packages }, ['a'], platform);
  t.deepEqual(
    found.map(({ path }) => path),
    ['node_modules/a', 'node_modules/a-arm64'],
  );
});

test('a package that the lock does not hold is named', (t) => {
  t.throws(
    () =>
      lockedPackages(
        { packages: { 'node_modules/a': entry({ dependencies: { b: '1' } }) } },
        ['a'],
        platform,
      ),
    {
      message: 'package-lock.json holds no b, which node_modules/a needs',
    },
  );
});
