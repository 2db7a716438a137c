/**
 * The closed loop in real time over UDP, with the simulated gimbal in a process of its own (60 deg/s, 40 ms):
 * `npm run bench -- gimbal [--model DIR]`. Camera, tracker and control share one core; the gimbal has the first of the machine's,
 * as a real one has its own. With a single core they share it. `node dist/bench/gimbal.js`: wherever the kernel puts them.
 */
import { pathToFileURL } from 'node:url';
import { runClosedLoop, type ClosedLoopOptions } from '../src/cli/gimbal/closed-loop.js';
import { figuresOf, stepFigures } from '../src/cli/gimbal/figures.js';
import { defaultModel } from '../src/cli/package-root.js';
import type { BenchOptions } from './options.js';

const { signal } = new AbortController();
const pinned = process.env['TAGALONG_BENCH_PINNED'];
const loop: Omit<ClosedLoopOptions, 'scenario' | 'model' | 'seconds'> = {
  ...{ seed: 1, fps: 60, signal, ...(pinned === undefined || pinned === '0' ? {} : { gimbalCore: '0' }) },
  size: { width: 320, height: 180 },
};

export async function main({ model }: BenchOptions): Promise<void> {
  console.log('crossing at 20 deg/s (goal: at most 5 % of the width RMS; rates on the wire p99 within 3 ms)');
  await cross('exact boxes', null);
  await cross('tracker', model ?? defaultModel);
  console.log('step of 10 degrees, exact boxes (goal: settled within 0.6 s, at most 10 % overshoot)');
  for (const aside of [10, -10]) {
    const samples = await runClosedLoop({ ...loop, scenario: 'calm', model: null, seconds: 3, aside });
    const { settledS, overshoot } = stepFigures(samples);
    const { fps } = figuresOf(samples);
    const shown = `settled after ${settledS.toFixed(2)} s, overshoot ${(100 * overshoot).toFixed(1)} %`;
    console.log(`  ${aside > 0 ? 'left ' : 'right'}  ${shown}  (${fps.toFixed(0)} fps)`);
  }
}

async function cross(boxes: string, model: string | null): Promise<void> {
  const samples = await runClosedLoop({ ...loop, scenario: 'orbit', model, seconds: 30 });
  const { fps, rmsOff, worstOff, seen, toWireP99, trackAgeP50 } = figuresOf(samples);
  const percent = (share: number): string => `${(100 * share).toFixed(2)} %`;
  const off = `${percent(rmsOff)} RMS, ${percent(worstOff)} at worst`;
  const pace = `${fps.toFixed(0)} fps, track age p50 ${trackAgeP50.toFixed(1)} ms, seen ${percent(seen)}`;
  console.log(`  ${boxes.padEnd(12)} ${off}; to the wire p99 ${toWireP99?.toFixed(2) ?? '-'} ms  (${pace})`);
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) await main({ model: null });
