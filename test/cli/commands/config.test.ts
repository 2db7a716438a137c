import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import test from 'ava';
import { loadConfig } from '../../../src/runtime/config/load-config.js';
import { parseConfigText } from '../../../src/runtime/config/read-file.js';
import { tagalong } from '../../support/command-line.js';

const example = resolve(import.meta.dirname, '../../../../deploy/tagalong.yaml');
const folder = mkdtempSync(join(tmpdir(), 'tagalong-config-'));
test.after.always(() => {
  rmSync(folder, { recursive: true, force: true });
});

test('the example configuration is valid', async (t) => {
  const { config } = await loadConfig({ file: example });
  t.is(config.source.uri, 'v4l2:///dev/video0');
  const { code, stdout } = await tagalong('config', 'check', example);
  t.is(code, 0);
  t.is(stdout, `${example}: ok\n`);
});

test('what is commented out in the example is valid too', async (t) => {
  const text = readFileSync(example, 'utf8');
  const uncommented = text.replaceAll(/^( *)# ((?: {2})*\w+:( .*)?)$/gm, '$1$2');
  t.true(parseConfigText(uncommented, 'example').length > parseConfigText(text, 'example').length + 10);
  const file = join(folder, 'all.yaml');
  writeFileSync(file, uncommented);
  const { config } = await loadConfig({ file });
  t.is(config.recording?.budget, '8GB');
  t.is(config.mqtt?.tls?.ca, '/etc/tagalong/ca.pem');
});

test('config check tells every problem, one a line, and exits with 2', async (t) => {
  const file = join(folder, 'wrong.yaml');
  writeFileSync(file, 'source:\n  uri: sim://\n  fsp: 3\nloog: {}\nhttp: {prot: 1}\n');
  const { code, stderr, stdout } = await tagalong('config', 'check', file);
  t.is(code, 2);
  t.is(stdout, '');
  t.is(
    stderr,
    `error: ${file}:3: source.fsp: unknown key; did you mean "source.fps"?\n` +
      `error: ${file}:5: http.prot: unknown key; did you mean "http.port"?\n` +
      `error: ${file}:4: loog: unknown key; did you mean "log"?\n`,
  );
});

test('config show tells every value and who set it', async (t) => {
  const flags = ['--source', 'sim://', '--set', 'recording.dir=/tmp/r', '--log-level', 'debug'];
  const { code, stdout } = await tagalong('config', 'show', ...flags, '--json');
  t.is(code, 0);
  const values = JSON.parse(stdout) as { key: string; value: string; origin: string }[];
  const of = (key: string) => values.find((it) => it.key === key);
  t.like(of('log.level'), { value: '"debug"', origin: '--log-level' });
  t.like(of('recording.dir'), { value: '"/tmp/r"', origin: '--set recording.dir' });
  t.like(of('http.port'), { value: '9464', origin: 'default' });
  const plain = await tagalong('config', 'show', ...flags);
  t.regex(plain.stdout, /^log\.level +"debug" +--log-level$/m);
});

test('config schema is a JSON Schema for editors', async (t) => {
  const { code, stdout } = await tagalong('config', 'schema');
  t.is(code, 0);
  t.like(JSON.parse(stdout), { type: 'object', additionalProperties: false });
});
