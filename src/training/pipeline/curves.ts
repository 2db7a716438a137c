import { join } from 'node:path';
import { readRunLog } from '../optimise/run-log.js';
import { lineChart, standaloneSvg } from '../report/charts.js';
import { writeFileAtomic } from '../stage/atomic.js';

/** Terms of a fit's loss, a chart each. */
export const fitTerms = [['loss'], ['score', 'rank', 'box', 'absent']] as const;

/** The same of a fit with a teacher. */
export const distillTerms = [
  ...fitTerms,
  ['teacher response', 'teacher score', 'teacher box', 'teacher feature'],
] as const;

/** Draws curve.jsonl of a stage as curve-0.svg, curve-1.svg …: one chart for each group of terms. */
export async function writeCurves(
  dir: string,
  title: string,
  groups: readonly (readonly string[])[],
): Promise<void> {
  const log = readRunLog(join(dir, 'curve.jsonl'));
  for (const [index, terms] of groups.entries()) {
    const svg = await lineChart({
      title: `${title}: ${terms.join(', ')}`,
      x: { label: 'step' },
      y: { label: terms.length === 1 ? terms[0]! : 'loss terms' },
      series: terms.map((name) => ({
        name,
        points: log.map((entry) => [entry.step, entry[name] ?? Number.NaN] as const),
      })),
    });
    await writeFileAtomic(join(dir, `curve-${index}.svg`), standaloneSvg(svg));
  }
}
