import { once } from 'node:events';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import anyTest, { type TestFn } from 'ava';
import sharp from 'sharp';
import { writeRandomModel, type WrittenModel } from '../../../bench/random-layers.js';
import { randomNano } from '../../../bench/random-nano.js';
import { startTagalong, tagalong } from '../../support/command-line.js';

// random weights: what is tested is the house around the network
const test = anyTest as TestFn<{ model: WrittenModel; folder: string }>;

test.before(async (t) => {
  t.context = {
    model: await writeRandomModel(randomNano),
    folder: await mkdtemp(join(tmpdir(), 'tagalong-follow-')),
  };
});

test.after.always(async (t) => {
  await t.context.model[Symbol.asyncDispose]();
  await rm(t.context.folder, { recursive: true });
});

test.serial('start follows the simulated flight, shows it, and ends with a summary', async (t) => {
  const { code, stdout, stderr } = await tagalong(
    'start',
    '--model',
    t.context.model.dir,
    '--max-frames',
    '25',
  );
  t.is(stderr, '');
  t.is(code, 0);
  t.regex(stdout, /^source {2}sim:\/\/\S* {2}640x360 rgb24 60 fps/m);
  t.regex(stdout, /^model {3}random-nano fp32 on cpu$/m);
  t.regex(stdout, /^#0 +tracking +box .* fps {2}latency p50 .* dropped \d+$/m);
  t.regex(stdout, /^25 frames in .* \(frame limit\): .* fps, \d+ dropped$/m);
  t.regex(stdout, /^latency p50 /m);
  t.regex(stdout, /mean IoU 0\.\d+ over \d+ frames in sight$/m);
});

test.serial('track writes a record a frame to standard output, the rest to standard error', async (t) => {
  const { code, stdout, stderr } = await tagalong(
    'track',
    'sim://?frames=12',
    '--model',
    t.context.model.dir,
  );
  t.is(code, 0);
  const records = stdout
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line) as { sequence: number });
  t.deepEqual(
    records.map(({ sequence }) => sequence),
    Array.from({ length: 12 }, (_, i) => i),
  );
  t.regex(stderr, /^12 frames in .*source ended/m);
});

test.serial('track starts where it is told and writes a file', async (t) => {
  const out = join(t.context.folder, 'out.csv');
  const line = ['sim://?frames=12', '--box', '300,150,40,40', '--start-frame', '5', '--out', out];
  const { code, stdout } = await tagalong('track', ...line, '--model', t.context.model.dir);
  t.is(code, 0);
  t.is(stdout, '');
  const lines = (await readFile(out, 'utf8')).trimEnd().split('\n');
  t.is(lines.length, 1 + 7);
  t.regex(lines[1]!, /^5,\d+,tracking,300,150,40,40,1,/);
});

test.serial('a box outside the frame is a usage error that quotes --box', async (t) => {
  const line = ['sim://', '--box', '5000,10,20,20', '--model', t.context.model.dir];
  const { code, stderr } = await tagalong('track', ...line);
  t.is(code, 2);
  t.regex(stderr, /^error: --box 5000,10,20,20: lies outside the 640x360 frame$/m);
});

test.serial('when the source fails midway the records are kept and marked as partial', async (t) => {
  const images = await mkdtemp(join(t.context.folder, 'images-'));
  const grey = sharp({ create: { width: 320, height: 240, channels: 3, background: '#808080' } });
  for (const name of ['1.png', '2.png', '3.png']) await grey.clone().toFile(join(images, name));
  await writeFile(join(images, '4.png'), 'no picture');
  const out = join(t.context.folder, 'partial.jsonl');
  const line = [images, '--box', '100,100,40,40', '--out', out, '--model', t.context.model.dir];
  const { code, stderr } = await tagalong('track', ...line);
  t.is(code, 1);
  t.regex(stderr, /^error: .*4\.png/m);
  t.regex(stderr, /^partial results kept in .*partial\.jsonl$/m);
  const records = (await readFile(out, 'utf8')).trimEnd().split('\n');
  t.is(records.length, 3 + 1);
  t.like(JSON.parse(records[3]!), { partial: true });
  t.regex(records[3]!, /4\.png/);
});

test.serial('Ctrl-C ends a live run with its summary and exit code 0', async (t) => {
  const { child, ended } = startTagalong(['start', '--model', t.context.model.dir]);
  let text = '';
  while (!text.includes('#0')) {
    const [chunk] = (await once(child.stdout, 'data')) as [string];
    text += chunk;
  }
  child.kill('SIGINT');
  const { code, stdout } = await ended;
  t.is(code, 0);
  t.regex(stdout, /^\d+ frames in .* \(interrupted\)/m);
});

test.serial('Ctrl-C on a recorded source keeps the records, marked as partial', async (t) => {
  const { child, ended } = startTagalong(['track', 'sim://', '--model', t.context.model.dir]);
  await once(child.stdout, 'data');
  child.kill('SIGINT');
  const { code, stdout } = await ended;
  t.is(code, 130);
  t.deepEqual(JSON.parse(stdout.trimEnd().split('\n').at(-1)!), { partial: true, reason: 'interrupted' });
});

test.serial('a run is commanded over standard input', async (t) => {
  const line = ['start', '--control', 'stdin', '--model', t.context.model.dir];
  const { child, ended } = startTagalong(line);
  const ask = async (command: object): Promise<unknown> => {
    child.stdin.write(`${JSON.stringify(command)}\n`);
    const [answer] = (await once(child.stdout, 'data')) as [string];
    return JSON.parse(answer);
  };
  const box = { x: 300, y: 150, width: 40, height: 40 };
  t.like(await ask({ command: 'select', box, id: 1 }), {
    id: 1,
    accepted: true,
    track: { state: 'tracking', target: 1 }, // the box has come up to the newest frame
  });
  t.like(await ask({ command: 'select', box: { ...box, x: 9000 } }), { accepted: false });
  t.like(await ask({ command: 'stop' }), { accepted: true, track: null });
  child.kill('SIGINT');
  const { code, stderr } = await ended;
  t.is(code, 0);
  t.regex(stderr, /\(interrupted\)/);
});
