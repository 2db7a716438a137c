/**
 * Compares tracker settings on sequences and on the occlusion bench: `node dist/bench/honesty.js [--model DIR] [--sequences DIR]
 * [--setting NAME:key=value,…]… [--module NAME:key=value,…]… [--set key=value]… [--occlude patch:30,…] [--tuned a,b,…] [--only a,b]
 * [--skip a,b] [--jobs N] [--seed N] [--out FILE.json]`. A `--module` is given by the parameters that switch it off: all, none, each alone
 * and each left out are run. Prints markdown tables on the tuning half, the other half and all, and one by kind and length of the disturbance. See docs/evaluation.md.
 */
import { writeFile } from 'node:fs/promises';
import { parseArgs } from 'node:util';
import { UsageError } from '../src/core/errors.js';
import { createRandom } from '../src/core/random.js';
import { listSequences } from '../src/training/evaluate/index.js';
import { parseDisturbances } from '../src/training/occlude/index.js';
import { type Measured, measure } from './honesty/measure.js';
import { ablation, type NamedSetting, parseNamed } from './honesty/settings.js';
import { disturbanceTable, markdownTable, rowOf } from './honesty/table.js';
import { splitInHalves } from './tune/halves.js';

const { values } = parseArgs({
  options: {
    model: { type: 'string', default: 'models/nano' },
    sequences: { type: 'string', default: '../shared/data/sequences' },
    setting: { type: 'string', multiple: true, default: [] },
    module: { type: 'string', multiple: true, default: [] },
    set: { type: 'string', multiple: true, default: [] },
    occlude: { type: 'string', default: 'patch:30,flat:30,cut:30,jump:0.2' },
    tuned: { type: 'string' },
    only: { type: 'string' },
    skip: { type: 'string' },
    jobs: { type: 'string', default: '1' },
    seed: { type: 'string', default: '1' },
    out: { type: 'string' },
  },
});

try {
  await main();
} catch (error) {
  if (!(error instanceof UsageError)) throw error;
  console.error(`error: ${error.message}`);
  process.exitCode = 2;
}

async function main(): Promise<void> {
  const settings = chosenSettings();
  const plan = { disturbances: parseDisturbances(values.occlude, '--occlude'), seed: wholeNumber('seed', 0) };
  const names = (text: string | undefined): string[] => text?.split(',') ?? [];
  const sequences = await listSequences(values.sequences, {
    only: names(values.only),
    skip: names(values.skip),
  });
  const all = sequences.map(({ name }) => name);
  const stranger = names(values.tuned).find((name) => !all.includes(name));
  if (stranger !== undefined) throw new UsageError(`--tuned "${stranger}": no such sequence`);
  const jobs = wholeNumber('jobs', 1);

  const measured: Measured[] = [];
  for (const setting of settings) {
    const startedAt = Date.now();
    measured.push(await measure(setting, { model: values.model, sequences, plan, jobs }));
    console.error(`${setting.name}: ${((Date.now() - startedAt) / 1000).toFixed(0)} s`);
  }
  const tuned = values.tuned === undefined ? halfOf(measured[0]!) : names(values.tuned);
  const other = all.filter((name) => !tuned.includes(name));
  const parts = [
    [`Tuning half (${tuned.length} sequences)`, tuned],
    [`Other half (${other.length})`, other],
    [`All (${all.length})`, all],
  ] as const;
  const tables = parts.map(([heading, part]) => ({
    heading,
    sequences: part,
    rows: measured.map((one) => rowOf(one, new Set(part))),
  }));
  for (const { heading, rows } of tables) console.log(markdownTable(heading, rows));
  console.log(disturbanceTable(measured));
  console.log(`--tuned ${tuned.join(',')}`);
  if (jobs > 1) console.log(`${jobs} sequences side by side: ms are not comparable`);
  if (values.out !== undefined) {
    await writeFile(values.out, `${JSON.stringify({ settings, plan, tables }, null, 2)}\n`);
  }
}

function chosenSettings(): NamedSetting[] {
  const { parameters: base } = parseNamed(`base:${values.set.join(',')}`, '--set');
  const modules = values.module.map((text) => parseNamed(text, '--module'));
  const explicit = values.setting
    .map((text) => parseNamed(text, '--setting'))
    .map(({ name, parameters }) => ({ name, parameters: { ...base, ...parameters } }));
  const settings = [...explicit, ...ablation(modules, base)];
  return settings.length > 0 ? settings : [{ name: 'as it is', parameters: base }];
}

/** The halves of `tune.js --half` with the same seed, when the first setting is the one it started from. */
function halfOf({ runs }: Measured): string[] {
  const scores = runs.map((run) => run.scores?.auc ?? 0);
  const [half] = splitInHalves(scores, createRandom(wholeNumber('seed', 0)));
  return half.map((index) => runs[index]!.sequence.name).sort();
}

function wholeNumber(option: 'seed' | 'jobs', least: number): number {
  const value = Number(values[option]);
  if (Number.isSafeInteger(value) && value >= least) return value;
  throw new UsageError(`--${option} "${values[option]}": must be a whole number, ${least} or more`);
}
