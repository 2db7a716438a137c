/**
 * Success AUC and precision of tracker settings over several starts of every sequence: `node dist/bench/starts.js [--model DIR] [--sequences DIR]
 * [--starts N] [--setting NAME:key=value,…]… [--only a,b] [--skip a,b] [--threads N]`. A tracker is lost a frame sooner or later by chance; three starts
 * tell two settings apart where one does not. See docs/evaluation.md.
 */
import { parseArgs } from 'node:util';
import { UsageError } from '../src/core/errors.js';
import { mean } from '../src/training/evaluate/metrics.js';
import { listSequences } from '../src/training/evaluate/sequence-folder.js';
import { parseNamed } from './honesty/settings.js';
import { cacheSequence, type CachedSequence, startsOf } from './tune/cache.js';
import { openScorer } from './tune/scorer.js';

const { values } = parseArgs({
  options: {
    model: { type: 'string', multiple: true, default: ['models/nano'] },
    sequences: { type: 'string', default: '../shared/data/sequences' },
    starts: { type: 'string', default: '3' },
    setting: { type: 'string', multiple: true, default: [] },
    only: { type: 'string' },
    skip: { type: 'string' },
    threads: { type: 'string', default: '1' },
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
  const settings = values.setting.length === 0 ? ['as it is'] : values.setting;
  const named = settings.map((text) => parseNamed(text, '--setting'));
  const list = (text: string | undefined): string[] => text?.split(',') ?? [];
  const folders = await listSequences(values.sequences, { only: list(values.only), skip: list(values.skip) });
  const runs: CachedSequence[] = [];
  for (const folder of folders) runs.push(...startsOf(await cacheSequence(folder), Number(values.starts)));
  const all = runs.map((_, index) => index);
  console.log(`${runs.length} runs of ${folders.length} sequences\n`);
  console.log('| model | setting | AUC | precision |\n| --- | --- | ---: | ---: |');
  for (const model of values.model) {
    await using scorer = await openScorer(model, runs, Number(values.threads));
    for (const { name, parameters } of named) {
      const scores = await scorer.scores(parameters, all);
      const [auc, precision] = [scores.map((one) => one.auc), scores.map((one) => one.precision20)].map(mean);
      console.log(`| ${model} | ${name} | ${auc!.toFixed(4)} | ${precision!.toFixed(4)} |`);
    }
  }
}
