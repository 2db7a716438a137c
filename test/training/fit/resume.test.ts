import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import test from 'ava';
import { readTensorFile } from '../../../src/training/network/tensor-file.js';
import { readRunLog } from '../../../src/training/optimise/run-log.js';
import { makeRenderedStore, type RenderedStore } from '../../support/rendered-store.js';

let rendered: RenderedStore;

test.before(async () => {
  rendered = await makeRenderedStore();
});

test.after.always(async () => {
  await rendered.remove();
});

function startFit(out: string, log: string): ChildProcess {
  const child = join(import.meta.dirname, 'resume-child.js');
  return spawn(process.execPath, [child, rendered.dir, out, log], { stdio: ['ignore', 'ignore', 'inherit'] });
}

const stepsOf = (log: string): number[] =>
  existsSync(log) ? readFileSync(log, 'utf8').trim().split('\n').filter(Boolean).map(Number) : [];

test('a fit killed with SIGKILL and started again ends with the same bits as one that was left alone', async (t) => {
  const [whole, cut] = ['whole', 'cut'].map((name) => join(rendered.scratch, name)) as [string, string];
  const [wholeLog, cutLog] = [`${whole}.log`, `${cut}.log`];
  const [code] = (await once(startFit(whole, wholeLog), 'exit')) as [number | null];
  t.is(code, 0);
  t.is(stepsOf(wholeLog).length, 24);

  const victim = startFit(cut, cutLog);
  const ended = once(victim, 'exit');
  while (victim.exitCode === null && (stepsOf(cutLog).at(-1) ?? 0) < 12) await sleep(5);
  victim.kill('SIGKILL');
  await ended;
  t.is(victim.signalCode, 'SIGKILL', 'it was still at work');
  const reached = stepsOf(cutLog);
  t.true(reached.at(-1)! >= 12 && reached.at(-1)! < 24);

  t.is(((await once(startFit(cut, cutLog), 'exit')) as [number | null])[0], 0);
  const resumedAt = stepsOf(cutLog)[reached.length]!;
  t.true(resumedAt > 10 && resumedAt % 5 === 1, `went on from a checkpoint, at step ${resumedAt}`);
  const [reference, resumed] = [whole, cut].map((out) => readTensorFile(join(out, 'checkpoint.safetensors')));
  t.deepEqual(resumed!.metadata, reference!.metadata);
  t.is(reference!.metadata['step'], '24');
  t.deepEqual([...resumed!.tensors.keys()], [...reference!.tensors.keys()]);
  for (const [name, { data }] of reference!.tensors) {
    const other = resumed!.tensors.get(name)!.data;
    t.true(Buffer.from(data.buffer).equals(Buffer.from(other.buffer)), `${name} is equal, bit for bit`);
  }
  t.deepEqual(
    readRunLog(join(cut, 'curve.jsonl')).map(({ step }) => step),
    [4, 8, 12, 16, 20, 24],
    'the curve has every point once',
  );
});
