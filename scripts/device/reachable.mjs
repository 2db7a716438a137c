// Which compiled files a program can load, and which packages they name.
import { readFileSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import ts from 'typescript';

/**
 * Follows imports, static and dynamic, and `new URL('./x.js', import.meta.url)`, by which workers and child processes are named.
 * @param {readonly string[]} entries absolute paths
 * @param {(file: string) => boolean} follow false for files not to be entered
 * @returns {{ files: Set<string>, packages: Set<string> }}
 */
export function reachableFrom(entries, follow = () => true) {
  const files = new Set();
  const packages = new Set();
  const waiting = [...entries];
  while (waiting.length > 0) {
    const file = waiting.pop();
    if (files.has(file) || !follow(file)) continue;
    files.add(file);
    for (const name of namesIn(file)) {
      if (name.startsWith('.')) waiting.push(resolve(dirname(file), name));
      else if (!name.startsWith('node:')) packages.add(packageOf(name));
    }
  }
  return { files, packages };
}

/** Module names in a file, relative ones as they are written. */
export function namesIn(file) {
  // what is left of an import of types loads nothing
  const code = readFileSync(file, 'utf8').replaceAll(/^import \{\} from .*$/gm, '');
  const modules = ts.preProcessFile(code, true, true).importedFiles.map(({ fileName }) => fileName);
  const urls = [...code.matchAll(/new URL\('(\.[^']*\.js)', import\.meta\.url\)/g)].map(([, name]) => name);
  return [...modules, ...urls];
}

function packageOf(name) {
  return name
    .split('/')
    .slice(0, name.startsWith('@') ? 2 : 1)
    .join('/');
}
