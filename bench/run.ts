/** `npm run bench -- [NAME…] [--model DIR] [--core N]`: runs the named benchmarks, one after the other, on one core. */
import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { cpus } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { type BenchOptions } from './options.js';

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { model: { type: 'string' }, core: { type: 'string' } },
});
const core = values.core ?? lastAllowedCore();

process.exitCode = isPinned() ? await runHere() : runPinned();

async function runHere(): Promise<number> {
  const names = positionals.length > 0 ? positionals : ['update'];
  console.log(`${cpus()[0]?.model ?? 'unknown processor'}, core ${allowedCores()}, Node ${process.version}`);
  for (const name of names) {
    const file = join(import.meta.dirname, `${name}.js`);
    const module = existsSync(file) ? ((await import(file)) as Record<string, unknown>) : {};
    const main = module['main'];
    if (typeof main !== 'function') {
      console.error(`no benchmark "${name}"; there are: ${benchmarks().join(', ')}`);
      return 2;
    }
    console.log(`\n== ${name}`);
    await (main as (options: BenchOptions) => Promise<void> | void)({ model: values.model ?? null });
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

/** Modules of this folder that export `main`, by their source text: importing them all would load every engine. */
function benchmarks(): string[] {
  return readdirSync(import.meta.dirname)
    .filter((file) => file.endsWith('.js') && file !== 'run.js')
    .filter((file) =>
      /export (async )?function main\b/.test(readFileSync(join(import.meta.dirname, file), 'utf8')),
    )
    .map((file) => file.slice(0, -'.js'.length));
}
