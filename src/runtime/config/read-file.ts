import { readFile } from 'node:fs/promises';
import { isPair, isScalar, LineCounter, parseDocument, visit, type Document } from 'yaml';
import { UsageError } from '../../core/errors.js';
import { isSection, settingsOf, type Setting } from './setting.js';

/**
 * Reads a YAML file into settings, each with its line.
 * @throws UsageError when the file cannot be read or is no YAML, with the line.
 */
export async function readConfigFile(file: string): Promise<Setting[]> {
  const text = await readFile(file, 'utf8').catch((cause: unknown) => {
    const missing = (cause as NodeJS.ErrnoException).code === 'ENOENT';
    const reason = missing ? 'no such file' : (cause as Error).message;
    throw new UsageError(`--config "${file}": ${reason}`, { cause });
  });
  return parseConfigText(text, file);
}

/** @param file its name, for messages. */
export function parseConfigText(text: string, file: string): Setting[] {
  const lineCounter = new LineCounter();
  const document = parseDocument(text, { lineCounter, prettyErrors: false });
  const [error] = document.errors;
  if (error) {
    const { line, col } = lineCounter.linePos(error.pos[0]);
    throw new UsageError(`${file}:${line}:${col}: ${error.message}`, { cause: error });
  }
  const content: unknown = document.toJS();
  if (content === null || content === undefined) return [];
  if (!isSection(content)) throw new UsageError(`${file}:1: must be sections with keys, such as "source:"`);
  const lines = linesOfKeys(document, lineCounter);
  return settingsOf(content, (path) => ({ text: `${file}:${lines.get(path.join('.')) ?? 1}` }));
}

/** Line of every key, by its path joined with dots. */
function linesOfKeys(document: Document, lineCounter: LineCounter): ReadonlyMap<string, number> {
  const lines = new Map<string, number>();
  visit(document, {
    Pair(_, pair, ancestors) {
      const keys = [...ancestors, pair].filter((node) => isPair(node)).map(({ key }) => key);
      const names = keys.map((key) => (isScalar(key) ? String(key.value) : ''));
      const start = isScalar(pair.key) ? pair.key.range?.[0] : undefined;
      if (start !== undefined) lines.set(names.join('.'), lineCounter.linePos(start).line);
    },
    Seq: () => visit.SKIP,
  });
  return lines;
}
