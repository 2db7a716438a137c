import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import test from 'ava';
import { UsageError } from '../../../src/core/errors.js';
import { formatBytes, parseBytes } from '../../../src/runtime/config/bytes.js';
import { explainConfig, secretsOf } from '../../../src/runtime/config/explain-config.js';
import { ConfigError, loadConfig, type ConfigInputs } from '../../../src/runtime/config/load-config.js';
import { nearestName } from '../../../src/runtime/config/suggest.js';

const folder = mkdtempSync(join(tmpdir(), 'tagalong-config-'));
test.after.always(() => {
  rmSync(folder, { recursive: true, force: true });
});
let files = 0;

function yaml(text: string): string {
  const file = join(folder, `${(files += 1)}.yaml`);
  writeFileSync(file, text);
  return file;
}

async function problems(text: string, inputs: Omit<ConfigInputs, 'file'> = {}): Promise<readonly string[]> {
  const file = yaml(text);
  try {
    await loadConfig({ file, ...inputs });
  } catch (error) {
    const found = error instanceof ConfigError ? error.problems : [(error as UsageError).message];
    return found.map((line) => line.replaceAll(file, 'f.yaml'));
  }
  return [];
}

test('a file with nothing but a source is a whole configuration', async (t) => {
  const { config } = await loadConfig({ file: yaml('source:\n  uri: sim://\n') });
  t.is(config.source.uri, 'sim://');
  t.is(config.http.host, '127.0.0.1');
  t.deepEqual(config.model.providers, ['cpu']);
  t.deepEqual(config.tracker, {});
  t.is(config.recording, undefined);
});

test('flags are stronger than the environment, the environment than the file, the file than the defaults', async (t) => {
  const file = yaml('source: {uri: sim://, fps: 10}\nlog: {level: warn}\nhttp: {port: 1}\n');
  const environment = { TAGALONG_LOG_LEVEL: 'error', TAGALONG_HTTP_PORT: '2', TAGALONG_SOURCE_FPS: '' };
  const flags = [{ path: ['http', 'port'], value: 3, origin: { text: '--http-port' } }];
  const loaded = await loadConfig({ file, environment, flags });
  t.is(loaded.config.log.level, 'error');
  t.is(loaded.config.http.port, 3);
  t.is(loaded.config.source.fps, 10);
  const shown = new Map(explainConfig(loaded).map(({ key, origin }) => [key, origin]));
  t.is(shown.get('http.port'), '--http-port');
  t.is(shown.get('log.level'), 'TAGALONG_LOG_LEVEL');
  t.is(shown.get('source.fps'), `${file}:1`);
  t.is(shown.get('http.host'), 'default');
});

test('an unknown key is an error with its line and what was meant', async (t) => {
  const text =
    'source:\n  uri: sim://\nrecordng:\n  dir: /tmp\nlog:\n  levle: info\n  budget: 1GB\n  zzz: 1\n';
  t.deepEqual(await problems(text), [
    'f.yaml:6: log.levle: unknown key; did you mean "log.level"?',
    'f.yaml:7: log.budget: unknown key here; did you mean "recording.budget"?',
    'f.yaml:8: log.zzz: unknown key; known are level, format',
    'f.yaml:4: recordng: unknown key; did you mean "recording"?',
  ]);
});

test('what is wrong is told with its line, in our own words', async (t) => {
  const text = `source:
  uri: v4l2:///dev/video0
  size: big
  fps: -1
recording:
  dir: r
  budget: much
tracker:
  sizeRate: 2
model:
  providers: [gpu]
`;
  const found = await problems(text);
  t.deepEqual(found, [
    'f.yaml:3: source.size: size: "big" is not a size; write it as 640x480',
    'f.yaml:4: source.fps: too small: expected number to be >0',
    'f.yaml:11: model.providers.0: invalid option: expected one of "tensorrt"|"cuda"|"cpu"',
    'f.yaml:9: tracker.sizeRate: too big: expected number to be <=1',
    'f.yaml:7: recording.budget: budget "much": must be a number of bytes, such as 500MB or 8GB',
  ]);
});

test('an option the source does not have is refused', async (t) => {
  const [problem] = await problems('source:\n  uri: rtsp://host/x\n  format: yuyv\n');
  t.is(problem, 'f.yaml:2: source.uri: source "rtsp://host/x": rtsp has no option format');
});

test('a missing source is told', async (t) => {
  t.deepEqual(await problems('log: {level: info}\n'), ['source: is missing']);
  t.deepEqual(await problems('source:\n  fps: 5\n'), ['source.uri: is missing']);
});

test('text that is no YAML is refused with its line', async (t) => {
  const [problem] = await problems('source:\n  uri: [sim://\n');
  t.regex(problem!, /^f\.yaml:\d:\d+: /);
  t.regex((await problems('just words'))[0]!, /^f\.yaml:1: must be sections/);
});

test('a missing file is named', async (t) => {
  await t.throwsAsync(loadConfig({ file: '/no/such.yaml' }), {
    instanceOf: UsageError,
    message: '--config "/no/such.yaml": no such file',
  });
});

test('a variable with our prefix that sets nothing is an error with what was meant', async (t) => {
  const [problem] = await problems('source: {uri: sim://}', { environment: { TAGALONG_LOG_LEVLE: 'x' } });
  t.is(problem, 'environment variable TAGALONG_LOG_LEVLE: sets nothing; did you mean TAGALONG_LOG_LEVEL?');
  const others = { TAGALONG_VM_TESTS: '1', TAGALONG_CONFIG: 'x', PATH: '/bin' };
  t.deepEqual(await problems('source: {uri: sim://}', { environment: others }), []);
});

test('a variable can set text, numbers, lists and truth values', async (t) => {
  const environment = {
    TAGALONG_SOURCE_URI: 'sim://',
    TAGALONG_MODEL_PROVIDERS: '[cuda, cpu]',
    TAGALONG_RECORDING_DIR: '/r',
    TAGALONG_RECORDING_SEGMENT_SECONDS: '5',
    TAGALONG_HTTP_ENABLED: 'false',
    TAGALONG_DEVICE: '12',
  };
  const { config } = await loadConfig({ environment });
  t.deepEqual(config.model.providers, ['cuda', 'cpu']);
  t.is(config.recording?.segmentSeconds, 5);
  t.false(config.http.enabled);
  t.is(config.device, '12');
});

test('paths count from the file they stand in', async (t) => {
  const { config } = await loadConfig({ file: yaml('source: {uri: sim://}\nrecording: {dir: rec}\n') });
  t.is(config.recording?.dir, join(folder, 'rec'));
});

test('secrets are never shown, and are known to whoever masks the log', async (t) => {
  const loaded = await loadConfig({ file: yaml('source:\n  uri: rtsp://me:hunter2@host/x\n') });
  const shown = JSON.stringify(explainConfig(loaded));
  t.notRegex(shown, /hunter2/);
  t.regex(shown, /\*\*\*/);
  t.deepEqual(secretsOf(loaded), ['hunter2']);
});

test('a mistyped name is matched with its nearest, swapped letters included', (t) => {
  t.is(nearestName('levle', ['level', 'format']), 'level');
  t.is(nearestName('Budget', ['budget']), 'budget');
  t.is(nearestName('zzz', ['level']), undefined);
});

test('bytes are read and written in decimal units', (t) => {
  t.is(parseBytes('1.5 GB', 'x'), 1.5e9);
  t.is(parseBytes('4096', 'x'), 4096);
  t.is(parseBytes('500m', 'x'), 5e8);
  t.is(formatBytes(8e9), '8 GB');
  t.is(formatBytes(1234), '1.23 kB');
  for (const bad of ['', 'GB', '-1', '1e3', '8 GiB', '9999999TB']) {
    t.throws(() => parseBytes(bad, 'budget'), { instanceOf: UsageError, message: /^budget "/ });
  }
});

test('the device names itself on the broker too, unless that has a name of its own', async (t) => {
  const named =
    'source: {uri: sim://}\ndevice: rover-1\nmqtt: {url: "mqtt://broker", passwordFile: secret, username: me';
  const rover = await loadConfig({ file: yaml(`${named}}\n`) });
  t.is(rover.config.mqtt?.device, 'rover-1');
  t.is(rover.config.mqtt?.passwordFile, join(folder, 'secret'));
  const other = await loadConfig({ file: yaml(`${named}, device: other}\n`) });
  t.is(other.config.mqtt?.device, 'other');
  const alone = await loadConfig({ file: yaml('source: {uri: sim://}\ndevice: rover-1\n') });
  t.is(alone.config.mqtt, undefined);
});

test('bytes may be written as a number too', async (t) => {
  const { config } = await loadConfig({
    file: yaml('source: {uri: sim://}\nrecording: {dir: r, budget: 5000000, keepFree: 0}\n'),
  });
  t.like(config.recording, { budget: '5000000', keepFree: '0' });
});
