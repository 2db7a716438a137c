// Takes out of node_modules what no device runs: binaries of other platforms, sources, types, maps, papers.
import { existsSync, readdirSync, rmSync, statSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';

/** Folders of binaries, one folder a platform. */
const platformFolders = [
  { folder: 'onnxruntime-node/bin/napi-v6', keep: () => 'linux' },
  { folder: 'onnxruntime-node/bin/napi-v6/linux', keep: (arch) => arch },
  { folder: '@serialport/bindings-cpp/prebuilds', keep: (arch) => `linux-${arch}` },
];

/** Beside a binary: for graphics cards, which the plain package does not serve, and for other C libraries. */
const needless = /(providers_(cuda|tensorrt|webgpu)|webgpu_dawn|\.musl\.node$|\/musl_[^/]+\/)/;
const sources = /(\.(map|ts|mts|cts|md|markdown|c|cc|cpp|h|hpp|gyp|gypi|flow|tsbuildinfo)|\.test\.js)$/i;
const papers = /^(licen[cs]e|notice|copying|third.?party)/i;
const folders = new Set([
  'test',
  'tests',
  '__tests__',
  'docs',
  'doc',
  'example',
  'examples',
  '.github',
  'benchmarks',
]);

/** Parts of packages that are for browsers or for tools of developers; and tools that mavlink-mappings names and never loads. */
const unusedParts = [
  '.bin',
  'typescript',
  'ts-node',
  'protobufjs/cli',
  'protobufjs/dist',
  'protobufjs/node_modules',
  'mqtt/dist',
  'zod/src',
  'rxjs/src',
  'rxjs/dist/bundles',
  'rxjs/dist/esm',
  'rxjs/dist/esm5',
  'koffi/vendor',
  'yaml/browser',
  'sharp/src',
];

/** @param {string} modules node_modules of a device install @param {'arm64' | 'x64'} arch */
export function prune(modules, arch) {
  for (const { folder, keep } of platformFolders) {
    const path = join(modules, folder);
    // a new version with another layout would silently be shipped for all platforms
    if (!existsSync(join(path, keep(arch))))
      throw new Error(`${folder}/${keep(arch)} is not there: mend scripts/device/prune.mjs`);
    for (const name of readdirSync(path))
      if (name !== keep(arch)) rmSync(join(path, name), { recursive: true });
  }
  for (const part of unusedParts) rmSync(join(modules, part), { recursive: true, force: true });
  for (const path of filesIn(modules)) {
    const name = basename(path);
    const isNeedless = needless.test(path) || (sources.test(name) && !papers.test(name));
    if (isNeedless || inNeedlessFolder(modules, path)) rmSync(path);
  }
}

/** Only at the top of a package: deeper, `test` and `doc` may be code. */
function inNeedlessFolder(modules, path) {
  const folder = dirname(path).slice(modules.length);
  const top = folder
    .split(/node_modules\//)
    .at(-1)
    .split('/')
    .filter(Boolean);
  return folders.has(top[top[0]?.startsWith('@') ? 2 : 1]);
}

export function filesIn(folder) {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name));
}

/** Bytes of all files. */
export function sizeOf(folder) {
  return filesIn(folder).reduce((sum, file) => sum + statSync(file).size, 0);
}
