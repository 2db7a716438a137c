/** `npm run bench -- [NAME…] [--model DIR] [--core N] [--cuts N] [--seconds N]`: runs the named benchmarks, one after the other, on one core. */
import { spawnSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { cpus } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import type { BenchOptions } from './options.js';

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    model: { type: 'string' },
    core: { type: 'string' },
    cuts: { type: 'string' },
    seconds: { type: 'string' },
  },
});
const core = values.core ?? lastAllowedCore();

process.exitCode = isPinned() ? await runHere() : runPinned();

async function runHere(): Promise<number> {
  const names = positionals.length > 0 ? positionals : ['update'];
  const known = benchmarks();
  const wrong = names.find((name) => !known.has(name));
  if (wrong !== undefined) {
    console.error(`no benchmark "${wrong}"; there are: ${[...known.keys()].join(', ')}`);
    return 2;
  }
  console.log(`${cpus()[0]?.model ?? 'unknown processor'}, core ${allowedCores()}, Node ${process.version}`);
  for (const name of names) {
    console.log(`\n== ${name}`);
    const status = await known.get(name)!();
    if (status !== 0) return status;
  }
  return 0;
}

/** The same command again, held on one core by taskset. */
function runPinned(): number {
  const args = ['-c', core, process.execPath, ...process.execArgv, ...process.argv.slice(1)];
  const child = spawnSync('taskset', args, {
    stdio: 'inherit',
    env: { ...process.env, TAGALONG_BENCH_PINNED: core },
  });
  return child.status ?? 1;
}

function isPinned(): boolean {
  if (process.env['TAGALONG_BENCH_PINNED'] !== undefined) return true;
  if (spawnSync('taskset', ['--version']).error === undefined) return false;
  console.error('taskset is missing (package util-linux): not held on one core');
  return true;
}

/** Cores this process may run on, as the kernel writes them: `0-3,5`. */
function allowedCores(): string {
  const status = readFileSync('/proc/self/status', 'utf8');
  return /^Cpus_allowed_list:\s*(\S+)$/m.exec(status)?.[1] ?? '0';
}

/** The first core takes most interrupts. */
function lastAllowedCore(): string {
  return allowedCores().split(/[,-]/).at(-1) ?? '0';
}

/** Modules of this folder with a `main`, by their source text: importing them all would load every engine. */
function benchmarks(): Map<string, () => number | Promise<number>> {
  const found = new Map<string, () => number | Promise<number>>();
  for (const entry of readdirSync(import.meta.dirname)) {
    const file = join(import.meta.dirname, entry);
    if (!entry.endsWith('.js') || entry === 'run.js') continue;
    const text = readFileSync(file, 'utf8');
    const name = entry.slice(0, -'.js'.length);
    if (/^export (async )?function main\b/m.test(text)) found.set(name, () => runModule(file));
    else if (/^(async )?function main\b/m.test(text)) found.set(name, () => runProgram(file));
  }
  return found;
}

async function runModule(file: string): Promise<number> {
  const { main } = (await import(file)) as { main: (options: BenchOptions) => unknown };
  const { model = null, cuts, seconds } = values;
  await main({
    model,
    ...(cuts !== undefined && { cuts: Number(cuts) }),
    ...(seconds !== undefined && { seconds: Number(seconds) }),
  });
  return 0;
}

/** One that keeps its `main` to itself: a program, on the same core as this one. */
function runProgram(file: string): number {
  return spawnSync(process.execPath, [file], { stdio: 'inherit' }).status ?? 1;
}
