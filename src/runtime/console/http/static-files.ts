import { readdir, readFile } from 'node:fs/promises';
import { extname, join } from 'node:path';
import { promisify } from 'node:util';
import { gzip } from 'node:zlib';
import { UsageError } from '../../../core/errors.js';

/** A file of the page, held in memory: what is not in the folder at the start cannot be asked for. */
export interface StaticFile {
  readonly type: string;
  readonly body: Buffer;
  /** Plain http: browsers take brotli over TLS alone. */
  readonly gzipped: Buffer;
  /** Its name says what is in it, so it never changes. */
  readonly immutable: boolean;
}

const types: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.svg': 'image/svg+xml',
  '.png': 'image/png',
  '.webmanifest': 'application/manifest+json',
};

const compress = promisify(gzip);

/** Reads the built page. @returns files by their path in the URL. @throws UsageError when it was not built. */
export async function readStaticFiles(folder: string): Promise<ReadonlyMap<string, StaticFile>> {
  const names = await readdir(folder, { recursive: true }).catch((cause: unknown) => {
    throw new UsageError(`console: the page is not built in ${folder}: npm run build`, { cause });
  });
  const known = names.filter((name) => types[extname(name)] !== undefined);
  const files = await Promise.all(
    known.map(async (name) => [`/${name}`, await readStatic(folder, name)] as const),
  );
  const found = new Map<string, StaticFile>(files);
  const index = found.get('/index.html');
  if (!index) throw new UsageError(`console: ${folder} holds no index.html: npm run build`);
  return found.set('/', index);
}

async function readStatic(folder: string, name: string): Promise<StaticFile> {
  const body = await readFile(join(folder, name));
  const gzipped = await compress(body, { level: 9 });
  return { type: types[extname(name)]!, body, gzipped, immutable: name.startsWith('assets/') };
}
