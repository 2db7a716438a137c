import test from 'ava';
import { alignColumns } from '../../../src/cli/evaluation/columns.js';
import { formatTable } from '../../../src/cli/evaluation/table.js';
import type { Answer } from '../../../src/training/evaluate/index.js';
import { scoreRun, summarise } from '../../../src/training/evaluate/summary.js';

const here = { cx: 10, cy: 10, width: 20, height: 20 };
const seen: Answer = { state: 'tracking', box: here, confidence: 0.8 };
const lost: Answer = { state: 'lost', box: null, confidence: 0 };

test('columns are as wide as their widest cell, names to the left and numbers to the right', (t) => {
  t.deepEqual(alignColumns([['name', 'n'], ['a', '100'], ['long name']]), {
    lines: ['name         n', 'a          100', 'long name'],
    rule: '--------------',
  });
});

test('the table tells honesty beside accuracy, and is readable in 100 columns', (t) => {
  const truth = [here, here, null, here, here];
  const name = 'a_name_of_23_characters';
  const run = {
    name,
    answers: [seen, seen, lost, lost, seen],
    updateMs: [1234.5, 1, 1, 1],
    failures: [],
    problem: null,
  };
  const sequence = { name, input: name, truth };
  const lines = formatTable(summarise([scoreRun(sequence, run)], { jobs: 2 })).split('\n');
  t.true(
    lines.every((line) => line.length <= 100),
    lines.join('\n'),
  );
  const table = lines.join('\n');
  t.regex(table, /^sequence +frames +AUC +prec20 +ms +p99 +F +absence +false +other +coast$/m);
  t.regex(table, /^a_name_of_23_characters +5 .* 1\.00 +0\.000 +0\.000 +0\.00$/m);
  t.regex(table, /^long-term F 0\.800 from confidence 0\.800 on \(precision 1\.000, recall 0\.667\)$/m);
  t.regex(table, /^calibration error 0\.200 \(adaptive bins 0\.200\) over 2 frames with a box$/m);
  t.regex(table, /^found again 1 of 1 times, after 2\.0 frames \(median 2, p90 2\)$/m);
  t.regex(table, /^2 sequences side by side: ms are not comparable$/m);
});
