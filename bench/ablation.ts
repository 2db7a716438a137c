/**
 * What each part of the method is worth: `node dist/bench/ablation.js --store STORE --work DIR --dev DIR --out DIR [--steps N]
 * [--seeds 1,2] [--only NAMES] [--threads N]`. WORK is a training's work folder. See docs/training.md.
 */
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { devEvaluation } from '../src/cli/training/dev-evaluation.js';
import { TrainingError, UsageError } from '../src/core/errors.js';
import { openEngine } from '../src/training/engine/engine.js';
import { nano, teacher } from '../src/training/network/spec.js';
import { markdownOf } from './ablation/results.js';
import { runAblation } from './ablation/run.js';
import { type Variant, variants } from './ablation/variants.js';

const { values } = parseArgs({
  options: {
    store: { type: 'string' },
    work: { type: 'string' },
    dev: { type: 'string', default: '../shared/data/sequences' },
    out: { type: 'string' },
    steps: { type: 'string', default: '500' },
    seeds: { type: 'string', default: '1,2' },
    only: { type: 'string' },
    threads: { type: 'string', default: '1' },
  },
});

try {
  await main();
} catch (error) {
  if (!(error instanceof UsageError || error instanceof TrainingError)) throw error;
  console.error(`error: ${error.message}`);
  process.exitCode = error instanceof UsageError ? 2 : 1;
}

async function main(): Promise<void> {
  const { work = values.out } = values;
  if (work === undefined) throw new UsageError('--work DIR: the work folder of a training is needed');
  const chosen = choose(values.only);
  const steps = wholeNumber('--steps', values.steps);
  const seeds = values.seeds.split(',').map((seed) => wholeNumber('--seeds', seed));
  const { evaluate } = await devEvaluation(values.dev, { jobs: 2 });
  const interrupt = new AbortController();
  process.once('SIGINT', () => {
    interrupt.abort(new TrainingError('interrupted; the same command goes on from where it stopped'));
  });
  await using engine = await openEngine({ threads: wholeNumber('--threads', values.threads) });
  console.error(`engine ${engine.name}: ${engine.detail}`);
  const results = await runAblation({
    engine,
    storeDir: values.store ?? join(work, 'store'),
    work,
    out: values.out ?? work,
    variants: chosen,
    seeds,
    steps,
    batchSize: 32,
    spec: nano,
    teacherSpec: teacher,
    evaluate,
    note: (text) => {
      console.error(text);
    },
    signal: interrupt.signal,
  });
  console.log(markdownOf(results));
}

function choose(only: string | undefined): readonly Variant[] {
  if (only === undefined) return variants;
  return only.split(',').map((name) => {
    const found = variants.find((variant) => variant.name === name);
    if (found) return found;
    throw new UsageError(`--only "${name}": there are ${variants.map((each) => each.name).join(', ')}`);
  });
}

function wholeNumber(option: string, text: string): number {
  const number = Number(text);
  if (!Number.isInteger(number) || number < 1)
    throw new UsageError(`${option} "${text}": must be a whole number, 1 or more`);
  return number;
}
