import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { cp, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import anyTest from 'ava';
import { formatBoxes } from '../../src/training/evaluate/ground-truth.js';
import { bestOf, readDevLog } from '../../src/training/pipeline/dev-selection.js';
import { readTensorFile } from '../../src/training/network/tensor-file.js';
import { tagalong } from '../support/command-line.js';
import { simulatedFlight, simulatedFrames, writePng } from '../support/rendered-store.js';
import { needing } from '../support/tools.js';

const test = needing(anyTest, 'ffmpeg');
const size = { width: 256, height: 144 };

let root: string;
/** A work folder in which everything before the first fit is done. */
let begun: string;
let sequences: string;

test.before(async (t) => {
  t.timeout(300_000, 'ingest and a few steps on a slow machine');
  root = await mkdtemp(join(tmpdir(), 'tagalong-train-dev-'));
  [begun, sequences] = [join(root, 'begun.work'), join(root, 'sequences')];
  const videos = join(root, 'videos');
  await mkdir(videos);
  await writeVideo(join(videos, 'flight.mp4'));
  const flight = simulatedFlight(6, { seed: 21, size });
  const frames = join(sequences, 'simulated', 'frames');
  await mkdir(frames, { recursive: true });
  for (const [index, { frame }] of flight.entries()) await writePng(join(frames, `000${index}.png`), frame);
  await writeFile(join(sequences, 'simulated', 'groundtruth.txt'), formatBoxes(flight.map(({ box }) => box)));
  for (const args of [['ingest', '--videos', videos], ['discriminate']]) {
    const { code, stderr } = await tagalong('train', ...args, '--preset', 'tiny', '--work', begun);
    if (code !== 0) throw new Error(stderr);
  }
});

test.after.always(async () => {
  await rm(root, { recursive: true, force: true });
});

test('development sequences choose among checkpoints and change no bit of the training', async (t) => {
  t.timeout(600_000, 'two fits on a slow machine');
  const fit = async (name: string, ...flags: string[]) => {
    const work = join(root, `${name}.work`);
    await cp(begun, work, { recursive: true });
    const ended = await tagalong(
      'train',
      'fit',
      '--round',
      '0',
      '--preset',
      'tiny',
      '--work',
      work,
      ...flags,
    );
    t.is(ended.code, 0, ended.stderr);
    return { work, stderr: ended.stderr };
  };
  const plain = await fit('plain');
  const chosen = await fit('chosen', '--dev-sequences', sequences, '--dev-every', '2');
  const bits = (work: string): Promise<Buffer> => readFile(join(work, 'fit-0/checkpoint.safetensors'));
  t.deepEqual(await bits(chosen.work), await bits(plain.work));
  t.false(existsSync(join(plain.work, 'fit-0/dev.jsonl')));

  const log = readDevLog(join(chosen.work, 'fit-0'));
  t.deepEqual(
    log.map(({ step }) => step),
    [60, 120],
  );
  const best = bestOf(log)!;
  t.is(readTensorFile(join(chosen.work, 'fit-0/best.safetensors')).metadata['step'], String(best.step));
  const graph = (dir: string): Promise<Buffer> => readFile(join(dir, 'search.onnx'));
  t.deepEqual(
    await graph(join(chosen.work, 'model-0')),
    await graph(join(chosen.work, 'fit-0/best')),
    'the best is what the round exports',
  );
  const score = `dev AUC ${log[1]!.auc.toFixed(3)} (`;
  t.true(chosen.stderr.includes(`fit 0 step 120: ${score}`), chosen.stderr);
  t.regex(await readFile(join(chosen.work, 'model-0/card.md'), 'utf8'), /kept from step \| \d+ of round 0/);
  t.regex(chosen.stderr, /^report: .*report\.html$/m);
  const page = await readFile(join(chosen.work, 'report.html'), 'utf8');
  t.true(page.includes('Development sequences') && page.includes(best.auc.toFixed(3)));
});

test('a folder without sequences is told before anything is done', async (t) => {
  const { code, stderr } = await tagalong('train', '--videos', root, '--dev-sequences', join(root, 'videos'));
  t.is(code, 2);
  t.regex(stderr, /^error: sequences ".*videos": no folder inside holds a groundtruth\.txt\n$/);
});

async function writeVideo(path: string): Promise<void> {
  const input = ['-f', 'rawvideo', '-pix_fmt', 'rgb24', '-s', `${size.width}x${size.height}`, '-r', '10'];
  const args = ['-loglevel', 'error', '-y', ...input, '-i', '-', '-pix_fmt', 'yuv420p', path];
  const child = spawn('ffmpeg', args, { stdio: ['pipe', 'ignore', 'inherit'] });
  const ended = once(child, 'exit');
  for (const frame of simulatedFrames(12, { seed: 3, size })) child.stdin.write(frame.planes[0]!.data);
  child.stdin.end();
  const [code] = (await ended) as [number | null];
  if (code !== 0) throw new Error(`ffmpeg ended with ${code ?? 'a signal'}`);
}
