import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import test from 'ava';
import sharp from 'sharp';
import { writeRunReport } from '../../../src/training/pipeline/run-report.js';
import { presets } from '../../../src/training/presets.js';

/** A work folder as a training leaves it, with numbers that are easily found again. */
async function workFolder(root: string): Promise<void> {
  const files: Record<string, unknown> = {
    'discriminate/curve.jsonl': lines(20, (step) => ({ step, loss: 2, retrieval: 0.5 })),
    'discriminate/retrieval.json': retrieval(0.611),
    'fit-0/curve.jsonl': lines(20, (step) => ({ step, loss: 1, score: 1, rank: 1, box: 1, absent: 1 })),
    'fit-0/retrieval.json': retrieval(0.722),
    'fit-0/dev.jsonl': lines(60, (step) => ({
      step,
      auc: step === 60 ? 0.456 : 0.4,
      precision20: 0.6,
      seconds: 1,
      sequences: { one: 0.4 },
    })),
    'mined-1/report.json': {
      round: 1,
      miner: 'bd',
      interval: 1,
      tracklets: 1234,
      sightings: 56_789,
      tried: 2468,
      updates: 9,
      videoSeconds: 10,
      boxesPerSecond: 12.3,
      followed: 3.21,
      framesPerSecond: 77,
      fates: { kept: 1, unseen: 1, ambiguous: 1, disagreed: 1 },
      agreement: new Array<number>(20).fill(1),
      pairIntervals: [{ from: 1, to: 1, pairs: 5 }],
      contactSheet: [{ file: 'pairs/00.jpg', clip: 'video-<x>', frames: [3, 7], grade: 0.81 }],
    },
    'model-0/card.md': '# tiny\n\n| | |\n| --- | --- |\n| pairs seen | 424,242 |\n',
    'ablation.json': [{ configuration: 'self-pairs only', auc: 0.3217, seeds: 3 }],
  };
  for (const [path, content] of Object.entries(files)) {
    await mkdir(join(root, path, '..'), { recursive: true });
    await writeFile(join(root, path), typeof content === 'string' ? content : JSON.stringify(content));
  }
  await mkdir(join(root, 'mined-1/pairs'));
  const grey = { create: { width: 8, height: 8, channels: 3, background: '#777' } } as const;
  await sharp(grey).jpeg().toFile(join(root, 'mined-1/pairs/00.jpg'));
}

function lines(every: number, entry: (step: number) => object): string {
  return [1, 2].map((i) => `${JSON.stringify(entry(i * every))}\n`).join('');
}

function retrieval(first: number) {
  const intervals = [1, 5].map((interval) => ({ interval, trials: 60, first, chance: 0.04 }));
  return { digest: 'x', heldOut: true, clips: 21, intervals, mean: first };
}

test('the report of a run holds the facts of every stage, and asks for nothing', async (t) => {
  const work = await mkdtemp(join(tmpdir(), 'tagalong-report-'));
  t.teardown(() => rm(work, { recursive: true }));
  await workFolder(work);
  const path = await writeRunReport({ work, preset: presets.tiny });
  t.is(path, join(work, 'report.html'));
  const page = await readFile(path, 'utf8');
  for (const fact of [
    'Training of tiny',
    '1 of 2 rounds',
    '0.456', // the best development score
    '0.611',
    '0.722',
    'held out of training',
    '60 after 1, 60 after 5',
    '1,234',
    '56,789',
    '12.3',
    '3.21',
    '+4 frames, grade 0.81',
    'video-&#60;x&#62;',
    'data:image/jpeg;base64,',
    '0.322', // ablation
    'self-pairs only',
    '424,242',
    'BD model: loss',
    'fit 0: score, rank, box, absent',
  ])
    t.true(page.includes(fact), fact);
  t.notRegex(page, /<script|<link|@import|src="(?!data:)/);
  t.regex(page, /prefers-color-scheme:dark/);
});

test('a run that has only begun has a report too', async (t) => {
  const work = await mkdtemp(join(tmpdir(), 'tagalong-report-'));
  t.teardown(() => rm(work, { recursive: true }));
  const page = await readFile(await writeRunReport({ work, preset: presets.cpu }), 'utf8');
  t.true(page.includes('Training of nano'));
  t.false(page.includes('Retrieval'));
});
