import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import test from 'ava';
import { pageDir } from './support/device.js';

const files = readdirSync(pageDir, { recursive: true, withFileTypes: true })
  .filter((entry) => entry.isFile())
  .map(({ parentPath, name }) => readFileSync(join(parentPath, name)));

test('the first load of the page stays under 150 KB compressed', (t) => {
  const bytes = files.reduce((sum, file) => sum + gzipSync(file).length, 0);
  t.true(bytes > 10_000 && bytes < 150_000, `${bytes}`);
});

test('the page names no other site, and holds no inline script or style', (t) => {
  const text = files.map((file) => file.toString('utf8')).join('\n');
  const named = [...text.matchAll(/https?:\/\/([\w.-]+)/g)].map(([, host]) => host);
  // names of XML's languages; nothing is fetched there
  t.deepEqual(
    named.filter((host) => host !== 'www.w3.org' && host !== 'json-schema.org'),
    [],
  );
  const html = readFileSync(join(pageDir, 'index.html'), 'utf8');
  t.notRegex(html, /<style|style=|<script(?![^>]* src=)/);
});
