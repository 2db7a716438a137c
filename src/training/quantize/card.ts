import { fineTuningLines, type QuantizationReport } from './report.js';
import { byHarm } from './sensitivity.js';
import { comparisonRows } from './table.js';

export interface CardFacts {
  readonly name: string;
  /** Of the float model. */
  readonly source: string;
  readonly form: string;
  /** The command that makes it again. */
  readonly command: string;
  /** Where the list of frames lies, as a person finds it. */
  readonly frames: string;
}

/** card.md of a quantized model. */
export function renderQuantizedCard(
  report: QuantizationReport,
  { name, source, form, command, frames }: CardFacts,
): string {
  const { recipe, samples, harmful, slow, folded, unknown, machine, load, sensitivity, tried } = report;
  const withAuc = sensitivity.some(({ auc }) => auc !== null);
  const [head = [], ...rows] = comparisonRows(report);
  const line = (cells: readonly string[]): string => `| ${cells.join(' | ')} |`;
  const list = (names: readonly string[]): string => (names.length > 0 ? names.join(', ') : 'none');
  return [
    `# ${name}`,
    '',
    `\`${source}\` in 8 bits (${form}); the training, the labels (none) and the limits are those of its card. Made, and to be made again when`,
    `\`${source}\` changes, by`,
    '',
    '```',
    command,
    '```',
    '',
    line(head),
    line(head.map(() => '---')),
    ...rows.map(line),
    '',
    `Agreement is over ${samples.check} crops of unlabelled video that nothing was chosen by; ranges and choices come from ${samples.calibrate} others (${frames}).`,
    `Times: one thread of ${machine}, ${load > 0.5 ? `which did other work at the same time (load ${load.toFixed(1)}): compare the ratios only` : 'idle'}; runs interleaved.`,
    '',
    '## How',
    '',
    `- ranges: ${recipe.calibrator}, the best of ${tried.length} tried recipes on the calibration crops; channels equalised: ${yesNo(recipe.equalise)}; biases corrected: ${yesNo(recipe.biasCorrection)}`,
    `- BatchNorm folded by the pass: ${folded.length > 0 ? list(folded) : 'none (export had folded it)'}`,
    `- in float because 8 bits hurt: ${list(harmful)}`,
    `- in float because that is faster on this processor (form int8-cpu alone): ${list(slow)}`,
    `- operators the pass does not know, left in float: ${list(unknown)}`,
    ...fineTuningLines(report).map((told) => `- ${told}`),
    '',
    '## One layer in 8 bits, all others in float',
    '',
    'Worst first, on the calibration crops.',
    '',
    line([
      'layer',
      'peak within 1 cell',
      '… where fp32 is sure',
      'overlap of the boxes',
      'error of the score',
      ...(withAuc ? ['AUC'] : []),
    ]),
    line(Array.from({ length: withAuc ? 6 : 5 }, () => '---')),
    ...byHarm(sensitivity).map(({ layer, agreement: { peak, surePeak, boxIou, scoreError }, auc }) =>
      line([
        layer,
        `${(100 * peak).toFixed(1)} %`,
        `${(100 * surePeak).toFixed(1)} %`,
        boxIou.toFixed(3),
        scoreError.toFixed(4),
        ...(withAuc ? [auc?.toFixed(3) ?? '–'] : []),
      ]),
    ),
    '',
  ].join('\n');
}

function yesNo(value: boolean): string {
  return value ? 'yes' : 'no';
}
