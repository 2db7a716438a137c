import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import test from 'ava';
import ts from 'typescript';

const root = resolve(import.meta.dirname, '../../src'); // the compiled sources

test('no module imports itself through others', (t) => {
  const files = readdirSync(root, { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith('.js'))
    .map((file) => join(root, file));
  const graph = new Map(files.map((file) => [file, importsOf(file)]));
  t.true(graph.size > 10);
  t.deepEqual(findCycle(graph), []);
});

test('a planted cycle is found', (t) => {
  const graph = new Map([
    ['a', ['b']],
    ['b', ['c', 'd']],
    ['c', []],
    ['d', ['b']],
  ]);
  t.deepEqual(findCycle(graph), ['b', 'd', 'b']);
});

function importsOf(file: string): string[] {
  // what is left of an import of types binds nothing
  const code = readFileSync(file, 'utf8').replaceAll(/^import \{\} from .*$/gm, '');
  const { importedFiles } = ts.preProcessFile(code, true, true);
  return importedFiles
    .filter((it) => it.fileName.startsWith('.'))
    .map((it) => resolve(dirname(file), it.fileName));
}

/** The first cycle met by a depth-first walk, its first node repeated at the end; empty when there is none. */
function findCycle(graph: ReadonlyMap<string, readonly string[]>): string[] {
  const done = new Set<string>();
  const walk = (node: string, path: readonly string[]): string[] => {
    const start = path.indexOf(node);
    if (start >= 0) return [...path.slice(start), node];
    if (done.has(node)) return [];
    for (const next of graph.get(node) ?? []) {
      const cycle = walk(next, [...path, node]);
      if (cycle.length > 0) return cycle;
    }
    done.add(node);
    return [];
  };
  for (const node of graph.keys()) {
    const cycle = walk(node, []);
    if (cycle.length > 0) return cycle;
  }
  return [];
}
