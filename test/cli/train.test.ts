import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { cp, mkdir, mkdtemp, readFile, readdir, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import anyTest from 'ava';
import type { Frame } from '../../src/core/image/frame.js';
import { parseModelContract } from '../../src/core/model/contract.js';
import { formatBoxes } from '../../src/training/evaluate/ground-truth.js';
import { readTensorFile } from '../../src/training/network/tensor-file.js';
import { type Ended, startTagalong, tagalong } from '../support/command-line.js';
import { needing } from '../support/tools.js';
import { drawnFrames, simulatedFlight, simulatedFrames, writePng } from '../support/rendered-store.js';

const test = needing(anyTest, 'ffmpeg');

const size = { width: 256, height: 144 };
const sequenceFrames = 8;

interface Prepared {
  readonly root: string;
  readonly videos: string;
  readonly images: string;
  readonly sequences: string;
  readonly model: string;
}

let prepared: Prepared;
/** The one whole training that the tests look at. */
let trained: Ended;

test.before(async (t) => {
  t.timeout(420_000, 'a whole training on a slow machine');
  const root = await mkdtemp(join(tmpdir(), 'tagalong-train-'));
  const [videos, images, sequences] = ['videos', 'images', 'sequences'].map((name) => join(root, name)) as [
    string,
    string,
    string,
  ];
  await mkdir(videos);
  await mkdir(images);
  await writeVideo(join(videos, 'flight.mp4'), simulatedFrames(14, { seed: 3, size }));
  await writeVideo(join(videos, 'other flight.mp4'), simulatedFrames(14, { seed: 9, size }));
  for (const seed of [1, 2, 3]) await writePng(join(images, `${seed}.png`), drawnFrames(1, seed)[0]!);
  await writeSequence(join(sequences, 'simulated'));
  const model = join(root, 'model');
  prepared = { root, videos, images, sequences, model };
  trained = await tagalong(
    'train',
    '--videos',
    videos,
    '--images',
    images,
    '--preset',
    'tiny',
    '--out',
    model,
  );
});

test.after.always(async () => {
  await rm(prepared.root, { recursive: true, force: true });
});

test.serial('one command makes a model of a folder of videos and one of images', async (t) => {
  t.is(trained.code, 0, trained.stderr);
  t.is(trained.stdout, '');
  for (const line of [
    /^5 clips, \d+ frames, \d+ proposals/m,
    /^engine (onednn|tfjs-node|ort|wasm)\b.*: /m,
    /^mine 1: \d+ of \d+ proposals came back/m,
    /^model written to .*model; .*card\.md describes it$/m,
  ])
    t.regex(trained.stderr, line);
  const { model } = prepared;
  t.deepEqual((await readdir(model)).sort(), ['card.md', 'contract.json', 'search.onnx', 'template.onnx']);
  const contract = parseModelContract(await readFile(join(model, 'contract.json'), 'utf8'), 'contract.json');
  t.like(contract, { name: 'tiny', precision: 'fp32' });
  t.like(contract.training, { seed: 1, pairs: (120 + 60 + 24) * 16 });
  t.regex(contract.training.method, /1 mined rounds?, distilled from a wider teacher$/);
  const card = await readFile(join(model, 'card.md'), 'utf8');
  t.regex(card, /\| unlabelled data \| 2 videos, 3 images, \d+ frames \|/);
  t.regex(card, /\| pairs seen \| 3,264 \|/);
});

test.serial('every stage leaves its files in the work folder', (t) => {
  const work = `${prepared.model}.work`;
  for (const file of [
    'store/index.json',
    'discriminate/checkpoint.safetensors',
    'discriminate/curve.jsonl',
    'discriminate/curve-0.svg',
    'fit-0/checkpoint.safetensors',
    'fit-0/curve-1.svg',
    'model-0/contract.json',
    'mined-1/tracklets.json',
    'mined-1/report.json',
    'fit-1/checkpoint.safetensors',
    'model-1/card.md',
    'fit-teacher/checkpoint.safetensors',
    'teacher/contract.json',
    'teacher/card.md',
    'fit-distilled/curve-2.svg',
    'distilled/contract.json',
  ])
    t.true(existsSync(join(work, file)), file);
  const { metadata, tensors } = readTensorFile(join(work, 'fit-1/checkpoint.safetensors'));
  t.is(metadata['step'], '60');
  for (const { data } of tensors.values()) t.true(data.every(Number.isFinite));
});

test.serial('the trained model can be evaluated: the table names the sequence', async (t) => {
  const { sequences, model } = prepared;
  const { code, stdout, stderr } = await tagalong('evaluate', sequences, '--model', model);
  t.is(code, 0, stderr);
  t.regex(stdout, /^sequence +frames +AUC +prec20 +ms /);
  t.regex(stdout, new RegExp(`^simulated +${sequenceFrames} +[01]\\.\\d{3} +[01]\\.\\d{3} `, 'm'));
  t.regex(stdout, new RegExp(`^mean +${sequenceFrames} `, 'm'));
});

test.serial('the same command again finds everything done and writes the same network', async (t) => {
  const { videos, images, model } = prepared;
  const checkpoint = join(`${model}.work`, 'fit-1/checkpoint.safetensors');
  const before = await stat(checkpoint);
  const contract = await readFile(join(model, 'contract.json'), 'utf8');
  const again = await tagalong(
    'train',
    '--videos',
    videos,
    '--images',
    images,
    '--preset',
    'tiny',
    '--out',
    model,
  );
  t.is(again.code, 0, again.stderr);
  t.is((await stat(checkpoint)).mtimeMs, before.mtimeMs);
  const graphs = (text: string): string[] => {
    const { template, search } = parseModelContract(text, 'contract.json');
    return [template.sha256, search.sha256];
  };
  t.deepEqual(graphs(await readFile(join(model, 'contract.json'), 'utf8')), graphs(contract));
});

test.serial('a stage alone works in the folder of the others, flags before or after its name', async (t) => {
  const { model, videos, images, root } = prepared;
  const work = `${model}.work`;
  const fit = await tagalong('train', '--preset', 'tiny', 'fit', '--round', '0', '--work', work);
  t.is(fit.code, 0, fit.stderr);
  const mined = await tagalong('train', 'mine', '--preset', 'tiny', '--work', work);
  t.is(mined.code, 0, mined.stderr);
  t.regex(mined.stderr, /^mine 1: /m);
  for (const stage of ['teacher', 'distill']) {
    const ended = await tagalong('train', stage, '--preset', 'tiny', '--work', work);
    t.is(ended.code, 0, ended.stderr);
  }
  const other = join(root, 'other.work');
  const ingest = ['train', 'ingest', '--preset', 'tiny', '--videos', videos, '--images', images];
  t.is((await tagalong(...ingest, '--work', other)).code, 0);
  t.deepEqual(await readdir(other), ['store']);
});

test.serial('Ctrl-C is told in one line, exit code 1; what was done stays', async (t) => {
  const { model, root } = prepared;
  const work = join(root, 'interrupted.work');
  await mkdir(work);
  await cp(join(`${model}.work`, 'store'), join(work, 'store'), { recursive: true });
  const { child, ended } = startTagalong(['train', 'discriminate', '--preset', 'cpu', '--work', work]);
  child.stderr.on('data', (text: string) => {
    if (text.includes('engine ')) child.kill('SIGINT');
  });
  const { code, stderr } = await ended;
  t.is(code, 1, stderr);
  t.regex(stderr, /^error: interrupted; the same command goes on from where it stopped\n/m);
  t.is(stderr.match(/^error: /gm)?.length, 1);
  t.true(existsSync(join(work, 'discriminate/checkpoint.safetensors')));
  const otherwise = await tagalong('train', 'discriminate', '--preset', 'tiny', '--work', work);
  t.is(otherwise.code, 1);
  t.regex(otherwise.stderr, /^error: .*checkpoint of a run with other options/m);
});

test.serial('what cannot be is told in one line, with exit code 2', async (t) => {
  const { root, videos } = prepared;
  const empty = join(root, 'empty');
  await mkdir(empty);
  const out = ['--out', join(root, 'never')];
  const cases: readonly (readonly [args: readonly string[], complaint: RegExp])[] = [
    [[], /^error: train needs --videos DIR or --images DIR\n$/],
    [['ingest'], /^error: train needs --videos DIR or --images DIR\n$/],
    [
      ['--videos', videos, '--preset', 'huge'],
      /^error: option '--preset <name>' argument 'huge' is invalid\. Allowed/,
    ],
    [['--videos', empty], /^(ingest.*\n)*error: no videos or images below ".*empty"\n$/],
    [['--videos', join(root, 'nowhere')], /^error: --videos ".*nowhere": cannot be read\n$/],
    [
      ['--videos', videos, '--engine', 'onednn,abacus'],
      /^error: --engine "abacus": unknown; there are .*onednn.*\n$/,
    ],
    [['--videos', videos, '--threads', '0'], /^error: --threads "0": must be a whole number, 1 or more\n$/],
    [
      ['--videos', videos, '--precision', 'int8'],
      /^error: option '--precision <type>' argument 'int8' is invalid/,
    ],
    [
      ['fit', '--preset', 'tiny', '--round', '2'],
      /^error: --round 2: the preset has 2 rounds, counted from 0\n$/,
    ],
    [
      ['mine', '--preset', 'tiny', '--round', '7'],
      /^error: --round 7: the preset has 2 rounds, counted from 0\n$/,
    ],
    [
      ['teacher', '--preset', 'tiny', '--round', '7'],
      /^error: --round 7: the preset has 2 rounds, counted from 0\n$/,
    ],
    [['mine', '--round', '0'], /^error: --round "0": must be a whole number, 1 or more\n$/],
  ];
  await Promise.all(
    cases.map(async ([args, complaint]) => {
      const { code, stdout, stderr } = await tagalong('train', ...args, ...out);
      t.is(code, 2, `${args.join(' ')}: ${stderr}`);
      t.regex(stderr, complaint);
      t.is(stderr.match(/^error: /gm)?.length, 1);
      t.is(stdout, '');
    }),
  );
  t.false(existsSync(join(root, 'never')), 'no model folder is begun');
});

test.serial('a stage without what the one before makes is a failure, exit code 1', async (t) => {
  const { root } = prepared;
  const fit = await tagalong('train', 'discriminate', '--preset', 'tiny', '--work', join(root, 'void.work'));
  t.is(fit.code, 1, fit.stderr);
  t.regex(fit.stderr, /^error: .*no frame store here \(ingest has not finished\)$/m);
  t.is(fit.stderr.match(/^error: /gm)?.length, 1);
  const work = join(root, 'storeless.work');
  const mine = await tagalong('train', 'mine', '--preset', 'tiny', '--work', work);
  t.is(mine.code, 1, mine.stderr);
  t.regex(mine.stderr, /^error: .*no frame store here/m);
  const teacher = await tagalong('train', 'teacher', '--preset', 'tiny', '--work', work);
  t.is(teacher.code, 1, teacher.stderr);
  t.regex(teacher.stderr, /^error: .*no round has been fitted yet/m);
});

/** Encodes rgb24 frames with ffmpeg. */
async function writeVideo(path: string, frames: readonly Frame[]): Promise<void> {
  const input = [
    '-f',
    'rawvideo',
    '-pix_fmt',
    'rgb24',
    '-s',
    `${size.width}x${size.height}`,
    '-r',
    '10',
    '-i',
    '-',
  ];
  const args = ['-loglevel', 'error', '-y', ...input, '-pix_fmt', 'yuv420p', path];
  const child = spawn('ffmpeg', args, { stdio: ['pipe', 'ignore', 'inherit'] });
  const ended = once(child, 'exit');
  for (const frame of frames) child.stdin.write(frame.planes[0]!.data);
  child.stdin.end();
  const [code] = (await ended) as [number | null];
  if (code !== 0) throw new Error(`ffmpeg ended with ${code ?? 'a signal'}`);
}

/** A simulated flight with its truth, as `evaluate` reads it. */
async function writeSequence(folder: string): Promise<void> {
  const frames = join(folder, 'frames');
  await mkdir(frames, { recursive: true });
  const flight = simulatedFlight(sequenceFrames, { seed: 21, size });
  for (const [index, { frame }] of flight.entries()) await writePng(join(frames, `000${index}.png`), frame);
  await writeFile(join(folder, 'groundtruth.txt'), formatBoxes(flight.map(({ box }) => box)));
}
